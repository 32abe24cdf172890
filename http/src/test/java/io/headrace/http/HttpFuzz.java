package io.headrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/**
 * Any bytes, found by coverage. Not part of every build: to make Jazzer ready takes longer than all
 * other tests here. {@code JAZZER_FUZZ=1 mvn -pl http test -Dtest=HttpFuzz#METHOD} runs one.
 */
final class HttpFuzz {
  @FuzzTest(maxDuration = "5m")
  void any_bytes_of_a_server_end_in_a_verdict(byte[] bytes) {
    for (boolean toHead : new boolean[] {true, false}) {
      var decoder = new ResponseDecoder(toHead, Sizes.defaults());
      decoder.take(ByteBuffer.wrap(bytes));
      assertThat(decoder.ifClosed(true).text()).isNotEmpty();
    }
  }

  @FuzzTest(maxDuration = "5m")
  void any_body_of_a_job_is_read_or_refused(byte[] body) {
    var _ = JobRequestTest.read(body);
  }
}
