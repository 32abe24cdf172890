package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BeanstalkProtocolTest {
  @Test
  void a_job_goes_round() {
    try (var server = new TestServer()) {
      var peer = server.connect();
      assertThat(peer.put("hello")).isEqualTo("INSERTED 1");
      assertThat(peer.ask("reserve")).isEqualTo("RESERVED 1 5\r\nhello");
      assertThat(peer.ask("delete 1")).isEqualTo("DELETED");
    }
  }
}
