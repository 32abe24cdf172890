package io.headrace.simulator;

import io.headrace.simulator.Request.Kind;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Makes up what a client asks next. */
final class RequestMix {
  /** The largest body the simulated server takes, in bytes. */
  static final int JOB_BYTES_MAX = 80_000;

  /** Jobs above which no client puts more, so that no entry has too much to do. */
  private static final int JOBS_MAX = 400;

  private static final String[] TUBES = {"default", "a", "b", "c", "long-name/with;signs.$_()+"};
  private static final String[] POLICIES = {
    "max-deaths=1",
    "max-deaths=2",
    "max-deaths=unlimited",
    "max-deaths=default",
    "max-attempts=2",
    "max-attempts=unlimited",
    "max-timeouts=1",
    "max-timeouts=default",
    "expires-after=4s",
    "expires-after=never",
    "retry-delay=1s",
    "retry-delay=1s..8s",
    "retry-delay=default",
    "on-end=drop",
    "on-end=bury",
    "on-end=default",
    "on-end=move:a",
    "on-end=move:b",
    "max-ready=3",
    "max-ready=unlimited",
    "max-bytes=4k",
    "max-bytes=unlimited",
    "max-running=1",
    "max-running=3",
    "max-running=unlimited",
    "rate=2/s burst=3",
    "rate=1/s",
    "rate=default burst=default",
    "suspect-share=50%",
  };
  private static final long[] PRIORITIES = {0, 1, 2, 3, 1023, 1024, 1L << 31, (1L << 32) - 1};

  private final SplittableRandom random;
  private final Accounts accounts;
  private final SimClient client;
  private int bodyBytes = 1;
  private final int[] weights;

  /** Weights of producing, taking, ending, looking, moving about, nonsense, policies. */
  RequestMix(SplittableRandom random, Accounts accounts, SimClient client) {
    this.random = random;
    this.accounts = accounts;
    this.client = client;
    weights =
        switch (random.nextInt(4)) {
          case 0 -> new int[] {70, 5, 5, 10, 10, 5, 5};
          case 1 -> new int[] {5, 45, 45, 5, 5, 1, 10};
          case 2 -> new int[] {30, 25, 25, 10, 10, 2, 10};
          default -> new int[] {10, 10, 40, 20, 20, 5, 20};
        };
  }

  Request next(SimServer server) {
    bodyBytes = server.scenario().bodyBytes();
    int at = random.nextInt(Arrays.stream(weights).sum());
    int role = 0;
    while (at >= weights[role]) {
      at -= weights[role++];
    }
    return switch (role) {
      case 0 -> server.liveJobs() < JOBS_MAX ? put() : delete(client.held(random));
      case 1 -> reserve();
      case 2 -> end();
      case 3 -> look();
      case 4 -> move(server.scenario().clears());
      case 5 -> nonsense();
      default -> dead();
    };
  }

  private int chance(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String tube() {
    return TUBES[random.nextInt(TUBES.length)];
  }

  private long priority() {
    return PRIORITIES[random.nextInt(PRIORITIES.length)];
  }

  private int delay() {
    return chance(0, 0, 0, 0, 1, 1, 2, 7);
  }

  private byte[] body() {
    int bytes =
        switch (random.nextInt(60)) {
          case 0 -> 66_000 + random.nextInt(10_000);
          case 1, 2, 3 -> random.nextInt(6_000);
          default -> random.nextInt(bodyBytes);
        };
    return accounts.newBody(random, bytes);
  }

  Request put() {
    Request put = Request.put(priority(), delay(), chance(0, 1, 2, 5, 100), body());
    return random.nextInt(4) == 0 ? put.keyed("key-" + random.nextInt(40)) : put;
  }

  private Request delete(long job) {
    return Request.about(Kind.DELETE, "delete", job);
  }

  private Request reserve() {
    return switch (random.nextInt(8)) {
      case 0 -> Request.of(Kind.LOGGED, "reserve");
      case 1, 2 -> Request.of(Kind.LOGGED, "reserve-with-timeout " + chance(1, 2, 5));
      case 3 -> Request.about(Kind.LOGGED, "reserve-job", accounts.any(random));
      default -> Request.of(Kind.LOGGED, "reserve-with-timeout 0");
    };
  }

  private Request end() {
    long job = random.nextInt(5) == 0 ? accounts.any(random) : client.held(random);
    return switch (random.nextInt(12)) {
      case 0, 1 -> Request.of(Kind.LOGGED, "release " + job + " " + priority() + " " + delay());
      case 2, 3 -> Request.of(Kind.LOGGED, "bury " + job + " " + priority());
      case 4, 5 -> Request.about(Kind.LOGGED, "touch", job);
      case 6 -> Request.of(Kind.LOGGED, "kick " + chance(1, 3, 1_000_000));
      case 7 -> Request.about(Kind.LOGGED, "kick-job", accounts.any(random));
      case 8 -> delete(accounts.any(random));
      default -> delete(job);
    };
  }

  private Request look() {
    return switch (random.nextInt(11)) {
      case 0, 1 -> Request.about(Kind.PEEK, "peek", accounts.any(random));
      case 2 -> Request.of(Kind.PEEK, "peek-ready");
      case 3 -> Request.of(Kind.PEEK, "peek-delayed");
      case 4 -> Request.of(Kind.PEEK, "peek-buried");
      case 5 -> Request.of(Kind.TEXT, "stats");
      case 6 -> Request.about(Kind.TEXT, "stats-job", accounts.any(random));
      case 7 -> Request.of(Kind.TEXT, "stats-tube " + tube());
      case 8 -> Request.of(Kind.TEXT, "list-tubes");
      case 9 -> Request.of(Kind.TEXT, "list-tubes-watched");
      default -> Request.exact(Request.ascii("list-tube-used\r\n"), "USING " + client.used());
    };
  }

  private Request move(boolean mayClear) {
    return switch (random.nextInt(12)) {
      case 0 -> Request.of(Kind.LOGGED, "pause-tube " + tube() + " " + chance(0, 1, 3));
      case 1 ->
          mayClear && random.nextInt(4) == 0
              ? Request.of(Kind.LOGGED, "clear-tube " + tube())
              : Request.of(Kind.LOGGED, "pause-tube " + tube() + " 0");
      case 2, 3, 4 -> Request.of(Kind.LOGGED, "ignore " + tube());
      case 5, 6, 7, 8 -> Request.of(Kind.LOGGED, "watch " + tube());
      default -> use(tube());
    };
  }

  /** Deaths, what becomes of the dead, and the policies by which they are so. */
  private Request dead() {
    long job = random.nextInt(5) == 0 ? accounts.any(random) : client.held(random);
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> Request.died(job, accounts.newBody(random, random.nextInt(400)));
      case 4, 5 -> Request.about(Kind.LOGGED, "retry-job", accounts.any(random));
      case 6 -> Request.about(Kind.LOGGED, "drop-job", accounts.any(random));
      case 7 -> Request.about(Kind.LOGGED, "undrop-job", accounts.any(random));
      case 8 -> Request.about(Kind.TEXT, "show-job", accounts.any(random));
      case 9 -> Request.of(Kind.TEXT, "show-held");
      case 10 -> Request.of(Kind.LOGGED, "set-tube " + tube() + " " + policy());
      default ->
          random.nextInt(4) > 0
              ? Request.of(Kind.LOGGED, "set-tube " + tube() + " " + policy())
              : Request.of(Kind.BAD_POLICY, "set-tube a max-deaths=some");
    };
  }

  private String policy() {
    String first = POLICIES[random.nextInt(POLICIES.length)];
    return random.nextBoolean() ? first : first + " " + POLICIES[random.nextInt(POLICIES.length)];
  }

  private Request use(String tube) {
    client.willUse(tube);
    return Request.of(Kind.LOGGED, "use " + tube);
  }

  private Request nonsense() {
    return switch (random.nextInt(8)) {
      case 0 -> Request.exact(Request.ascii("stats please\r\n"), "BAD_FORMAT");
      case 1 -> Request.exact(Request.ascii("who are you\r\n"), "UNKNOWN_COMMAND");
      case 2 -> Request.exact(Request.ascii("delete -1\r\n"), "BAD_FORMAT");
      case 3 -> {
        byte[] bytes = Request.putBytes(priority(), 0, 10, body());
        bytes[bytes.length - 1] = 'x';
        yield Request.exact(bytes, "EXPECTED_CRLF");
      }
      case 4 -> {
        byte[] body = new byte[JOB_BYTES_MAX + 1];
        Arrays.fill(body, (byte) '\n');
        yield Request.exact(Request.putBytes(0, 0, 10, body), "JOB_TOO_BIG");
      }
      case 5 -> Request.exact(Request.ascii("x".repeat(300) + "\r\n"), "BAD_FORMAT");
      case 6 -> Request.exact(Request.ascii("use -bad\r\n"), "BAD_FORMAT");
      default -> Request.of(Kind.QUIT, "quit");
    };
  }
}
