package io.headrace.server.beanstalk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole conversations, compared byte for byte with what beanstalkd replied to them. */
final class ScriptsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "deadline-soon",
        "framing",
        "half-close",
        "integers",
        "kick",
        "life-of-a-job",
        "order",
        "prefixes",
        "puts",
        "quit",
        "stats",
        "tubes"
      })
  void beanstalkd_replies_the_same(String name) {
    var script = Script.load(name);
    try (var server = new TestServer()) {
      var peer = server.connect();
      String replies = peer.send(script.bytes()) + peer.end();
      assertThat(Script.masked(replies)).isEqualTo(script.expectedReplies());
      assertThat(peer.wire.closed).isTrue();
    }
  }
}
