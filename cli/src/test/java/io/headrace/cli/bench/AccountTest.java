package io.headrace.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class AccountTest {
  private static final int BYTES = 100;

  private final Account account = new Account(42, BYTES, 10);

  private byte[] put(long id) {
    var body = ByteBuffer.allocate(BYTES);
    int number = account.write(body, 7);
    account.acknowledged(number, id);
    return body.array();
  }

  @Test
  void a_job_that_goes_and_comes_is_in_order() {
    var body = put(5);
    assertThat(account.missing()).isEqualTo(1);
    assertThat(account.taken(5, body, 0, BYTES)).isZero();
    assertThat(Account.sentNs(body, 0)).isEqualTo(7);
    assertThat(account.missing()).isZero();
    assertThat(account.clean()).isTrue();
  }

  @Test
  void a_job_that_comes_twice_is_seen() {
    var body = put(5);
    account.taken(5, body, 0, BYTES);
    account.taken(5, body, 0, BYTES);
    assertThat(account.duplicates).isEqualTo(1);
    assertThat(account.clean()).isFalse();
  }

  @Test
  void every_byte_of_a_body_counts() {
    for (int at = Load.BODY_BYTES_MIN; at < BYTES; at++) {
      var fresh = new Account(42, BYTES, 1);
      var body = ByteBuffer.allocate(BYTES);
      fresh.acknowledged(fresh.write(body, 7), 1);
      body.array()[at] ^= 1;
      fresh.taken(1, body.array(), 0, BYTES);
      assertThat(fresh.corrupt).as("byte %d", at).isEqualTo(1);
    }
  }

  @Test
  void a_short_body_a_job_of_another_run_and_another_id_are_seen() {
    var body = put(5);
    account.taken(5, body, 0, BYTES - 1);
    assertThat(account.corrupt).isEqualTo(1);
    account.taken(6, body, 0, BYTES);
    assertThat(account.wrongId).isEqualTo(1);
    body[0] ^= 1;
    account.taken(5, body, 0, BYTES);
    assertThat(account.foreign).isEqualTo(1);
  }
}
