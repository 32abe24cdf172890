package io.headrace.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UrlTargetTest {
  private static final Duration LONG = Duration.ofSeconds(Patience.SECONDS);
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Telling TELLING =
      new Telling(Event.of(EventKind.DRAINING, 0, "it drains: ä"), 2);

  private final Hook hook = new Hook();

  @AfterEach
  void closes_the_hook() {
    hook.close();
  }

  private Outcome tell(Duration timeout) throws InterruptedException {
    return tell(hook.url(), timeout);
  }

  private static Outcome tell(URI url, Duration timeout) throws InterruptedException {
    try (var target = new UrlTarget(url, timeout)) {
      return target.tell(TELLING, 5);
    }
  }

  @Test
  void the_json_is_posted_and_200_says_that_it_was_taken() throws Exception {
    assertThat(tell(LONG)).isEqualTo(new Outcome.Told());
    Hook.Post post = hook.posts.remove();
    assertThat(post.method()).isEqualTo("POST");
    assertThat(post.type()).isEqualTo("application/json");
    assertThat(post.body()).isEqualTo(EventJson.of(TELLING, 5));
  }

  @Test
  void another_answer_says_that_it_was_not_and_a_redirect_is_not_followed() throws Exception {
    hook.answers.add(500);
    assertThat(tell(LONG)).isEqualTo(new Outcome.NotTold("answered 500"));
    hook.answers.add(302);
    assertThat(tell(LONG)).isEqualTo(new Outcome.NotTold("answered 302"));
    assertThat(hook.posts).hasSize(2);
  }

  @Test
  void one_that_never_answers_is_given_up_when_its_time_is_up() throws Exception {
    hook.answers.add(Hook.NEVER);
    assertThat(tell(SHORT)).isEqualTo(new Outcome.NotTold("did not answer within 100 ms"));
  }

  @Test
  void an_answer_that_never_ends_is_given_up_when_its_time_is_up() throws Exception {
    hook.answers.add(Hook.ENDLESS);
    assertThat(tell(SHORT)).isEqualTo(new Outcome.NotTold("did not answer within 100 ms"));
  }

  @Test
  void nobody_there_takes_no_connection() throws Exception {
    // Bound, and never listened on.
    try (var bound = new Socket()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      assertThat(tell(URI.create("http://127.0.0.1:" + bound.getLocalPort() + "/"), LONG))
          .isEqualTo(new Outcome.NotTold("takes no connection"));
    }
  }

  @Test
  void its_name_does_not_tell_what_may_be_a_password() {
    try (var target = new UrlTarget(URI.create("https://hooks.test/T0/secret?key=1"), LONG)) {
      assertThat(target.name()).isEqualTo("on-event-url https://hooks.test");
    }
  }
}
