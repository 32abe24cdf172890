package io.headrace.queue.model;

import io.headrace.queue.Attempt;
import io.headrace.queue.AttemptEnd;
import io.headrace.queue.Body;
import io.headrace.queue.Command;
import io.headrace.queue.EndRecord;
import io.headrace.queue.Limits;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.SessionEnd;
import io.headrace.queue.SessionId;
import io.headrace.queue.TubeName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Makes random steps that a shell could send: few tubes, few sessions, few jobs, and moments that
 * often are exactly those at which something is due, so that things meet. Each generator has its
 * own taste, drawn from its seed: what it likes to send and how fast its time goes.
 */
final class CommandGenerator {
  private static final int SESSIONS_MAX = 6;
  private static final int JOBS_MAX = 30;

  /** One life of so many is a crowd: so many times the sessions, jobs and tubes. */
  private static final int CROWD_OF = 8;

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long U32_MAX = 0xffff_ffffL;
  private static final List<TubeName> TUBES =
      List.of(TubeName.DEFAULT, TubeName.of("a"), TubeName.of("b"), TubeName.of("c"));

  /** Few hosts, several ports, and some of whom nothing is known. */
  private static final List<String> PEERS =
      List.of("", "10.0.0.1:501", "10.0.0.1:502", "10.0.0.1:503", "10.0.0.2:501", "[fe80::1]:77");

  private static final List<String> KEYS = List.of("a", "b", "0123456789/@+=:._-");

  private enum Kind {
    SESSION_OPEN(6),
    SESSION_CLOSE(5),
    USE(5),
    WATCH(6),
    IGNORE(5),
    PUT(30),
    PUT_KEYED(10),
    SET_KEY_WINDOW(1),
    SKIP_ID(1),
    RESERVE(30),
    RESERVE_JOB(8),
    DELETE(12),
    RELEASE(12),
    BURY(10),
    TOUCH(5),
    KICK(5),
    KICK_JOB(5),
    PAUSE_TUBE(6),
    CLEAR_TUBE(1),
    TICK(10),
    CONTINUE(1),
    BODY_DAMAGED(1),
    LAST_SENT(8),
    RESTART(1),
    SET_POLICY(8),
    SET_DEFAULT_POLICY(1),
    DIED(5),
    DOCKET(3),
    RETRY_JOB(3),
    DROP_JOB(3),
    UNDROP_JOB(2),
    SNAPSHOT(4),
    ABANDON(1);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }
  }

  private final SplittableRandom random;
  private final NaiveQueue model;

  /** What is drawn from: each kind as often as this generator likes it. */
  private final List<Kind> kinds = new ArrayList<>();

  private final PolicyTaste policies;
  private final int pace;
  private final int times;
  private long nowNs;
  private long lastSession;
  private long lastBody;

  CommandGenerator(long seed, NaiveQueue model) {
    this.random = new SplittableRandom(seed);
    this.model = model;
    this.policies = new PolicyTaste(random, TUBES);
    for (Kind kind : Kind.values()) {
      int liking = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(8);
      boolean isNeeded = kind == Kind.PUT || kind == Kind.SESSION_OPEN;
      kinds.addAll(Collections.nCopies(kind.weight * (liking + (isNeeded ? 1 : 0)), kind));
    }
    times = random.nextInt(CROWD_OF) == 0 ? CROWD_OF : 1;
    pace = oneOf(List.of(8, 16, 32, 64));
    nowNs = random.nextBoolean() ? 0 : 1_790_000_000L * SECOND_NS;
  }

  /** The next step, for the state in which the model is now. */
  Step next() {
    if (model.epoch == 0) {
      return new Step.Apply(nowNs, new Command.Restart(1));
    }
    advance();
    return switch (oneOf(kinds)) {
      case SESSION_OPEN -> apply(open());
      case TICK -> apply(new Command.Tick());
      case BODY_DAMAGED -> apply(new Command.BodyDamaged(anyJob()));
      case LAST_SENT -> apply(told());
      case CONTINUE -> apply(new Command.Continue());
      case RESTART -> restart();
      case SNAPSHOT -> new Step.Snapshot(oneOf(List.of(1, 7, 100, 1_000)));
      case ABANDON -> new Step.Abandon();
      case SESSION_CLOSE -> apply(close());
      case USE -> apply(new Command.Use(freeSession(), tube()));
      case WATCH -> apply(new Command.Watch(freeSession(), tube()));
      case IGNORE -> apply(new Command.Ignore(freeSession(), tube()));
      case PUT -> model.jobs.size() < JOBS_MAX * times ? apply(put()) : apply(delete());
      case PUT_KEYED -> model.jobs.size() < JOBS_MAX * times ? apply(putKeyed()) : apply(delete());
      case SET_KEY_WINDOW -> apply(new Command.SetKeyWindow(keyWindowNs()));
      case SKIP_ID -> apply(new Command.SkipId());
      case RESERVE -> apply(reserve());
      case RESERVE_JOB -> apply(new Command.ReserveJob(freeSession(), anyJob()));
      case DELETE -> apply(delete());
      case RELEASE -> apply(release());
      case BURY -> apply(bury());
      case TOUCH -> apply(touch());
      case KICK -> apply(new Command.Kick(freeSession(), oneOf(List.of(0L, 1L, 2L, 3L, U32_MAX))));
      case KICK_JOB -> apply(new Command.KickJob(freeSession(), anyJob()));
      case PAUSE_TUBE -> apply(new Command.PauseTube(freeSession(), tube(), pauseNs()));
      case CLEAR_TUBE -> apply(new Command.ClearTube(freeSession(), tube()));
      case SET_POLICY -> apply(setPolicy());
      case SET_DEFAULT_POLICY -> apply(setDefaultPolicy());
      case DIED -> apply(died());
      case DOCKET -> apply(docket());
      case RETRY_JOB -> apply(new Command.RetryJob(freeSession(), anyJob()));
      case DROP_JOB -> apply(new Command.DropJob(freeSession(), anyJob()));
      case UNDROP_JOB -> apply(new Command.UndropJob(freeSession(), droppedJob()));
    };
  }

  private Step apply(Command command) {
    return new Step.Apply(nowNs, command);
  }

  private Command open() {
    return model.sessions.size() < SESSIONS_MAX * times
        ? new Command.SessionOpen(new SessionId(model.epoch, ++lastSession), oneOf(PEERS))
        : new Command.Tick();
  }

  private Step restart() {
    if (random.nextInt(4) > 0) {
      return apply(new Command.Tick());
    }
    lastSession = 0;
    return apply(new Command.Restart(model.epoch + 1 + random.nextInt(2)));
  }

  /** Mostly stands still or goes on by quarters of a second, so that deadlines meet. */
  private void advance() {
    long next = model.nextDeadlineNs();
    boolean isNear = next > nowNs && next < nowNs + 10 * SECOND_NS;
    switch (random.nextInt(pace)) {
      case 0 -> nowNs += SECOND_NS / 4 * (1 + random.nextInt(4));
      case 1 -> nowNs = isNear ? next : nowNs + 1;
      case 2 -> nowNs = isNear ? next - 1 : nowNs;
      case 3 -> nowNs = isNear ? next + random.nextInt(2) : nowNs;
      case 4 -> nowNs += random.nextInt(8) == 0 ? random.nextLong(6 * SECOND_NS) : 0;
      case 5 -> nowNs += SECOND_NS * random.nextInt(3);
      case 6 -> nowNs += random.nextInt(16) == 0 ? leapNs() : 0;
      default -> {}
    }
  }

  /**
   * Over the times for which deaths, suspects, drops and dockets are kept, or to their very ends.
   */
  private long leapNs() {
    return oneOf(List.of(5L, 60L, 60L, 3_600L, 604_800L)) * SECOND_NS - random.nextInt(2);
  }

  private Command close() {
    SessionEnd how = oneOf(List.of(SessionEnd.values()));
    List<NaiveSession> busy =
        model.sessions.stream().filter(s -> model.held(s).findAny().isPresent()).toList();
    return busy.isEmpty() || random.nextInt(4) == 0
        ? new Command.SessionClose(anySession(), how, lastSent())
        : new Command.SessionClose(
            oneOf(busy).id, random.nextBoolean() ? SessionEnd.DIED : how, lastSent());
  }

  /** Mostly of whoever has lost a job; jobs that it never held do not matter. */
  private Command told() {
    List<Long> jobs = new ArrayList<>(List.of(anyJob()));
    SessionId holder = anySession();
    for (NaiveJob job : model.jobs) {
      Optional<Attempt> lost = lost(job.history.last());
      if (lost.isPresent()) {
        jobs.add(job.id);
        holder = random.nextInt(4) == 0 ? holder : lost.orElseThrow().session();
      }
    }
    for (EndRecord end : model.endRecords.subList(0, Math.min(5, model.endRecords.size()))) {
      jobs.add(end.job());
      holder =
          random.nextInt(4) == 0 ? lost(end.last()).map(Attempt::session).orElse(holder) : holder;
    }
    String text = lastSent();
    int from = Math.max(0, jobs.size() - Limits.LAST_SENT_JOBS_MAX);
    return new Command.LastSent(
        holder, jobs.subList(from, jobs.size()), text.isEmpty() ? "quit" : text);
  }

  private static Optional<Attempt> lost(Optional<Attempt> last) {
    return last.filter(a -> a.how() == AttemptEnd.TIMED_OUT);
  }

  private String lastSent() {
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> "\\x00".repeat(Limits.LAST_SENT_CHARS_MAX / 4);
      default -> "touch " + random.nextInt(100) + "\\r\\nput 0";
    };
  }

  private Command setPolicy() {
    boolean isEnd = random.nextInt(4) == 0;
    return isEnd
        ? new Command.SetPolicy(
            freeSession(), tube(), PolicySettings.NONE, PolicyTaste.allCleared())
        : new Command.SetPolicy(freeSession(), tube(), policies.settings(), policies.cleared());
  }

  private Command setDefaultPolicy() {
    return new Command.SetDefaultPolicy(
        random.nextInt(2) == 0 ? PolicySettings.NONE : policies.settings());
  }

  private Command died() {
    Claim claim = claim();
    return new Command.Died(claim.by, claim.job, signature(), evidence());
  }

  private Command docket() {
    Claim claim = claim();
    return new Command.Docket(claim.by, claim.job, signature(), evidence());
  }

  private String signature() {
    return oneOf(List.of("", "a", "b"));
  }

  private Body evidence() {
    lastBody++;
    int bytes = oneOf(List.of(0, 50, 50, 50, 6 << 20, 17 << 20));
    return new Body(lastBody, bytes, (int) lastBody * 31);
  }

  private long droppedJob() {
    return model.dropped.isEmpty() || random.nextInt(4) == 0 ? anyJob() : oneOf(model.dropped).id;
  }

  private Command putKeyed() {
    String key = oneOf(KEYS);
    return new Command.PutKeyed(put(), random.nextInt(3) == 0 ? key + random.nextInt(50) : key);
  }

  private long keyWindowNs() {
    return oneOf(List.of(1L, 1L, 2L, 5L, 60L, 3_600L)) * SECOND_NS + random.nextInt(2);
  }

  private Command.Put put() {
    lastBody++;
    Body body = new Body(lastBody, random.nextInt(100), (int) lastBody * 31);
    return new Command.Put(freeSession(), priority(), delayNs(), ttrNs(), body);
  }

  private Command reserve() {
    long timeoutNs =
        switch (random.nextInt(8)) {
          case 0, 1 -> Command.FOREVER;
          case 2, 3 -> 0;
          case 4 -> SECOND_NS / 2;
          case 5 -> SECOND_NS;
          case 6 -> 3 * SECOND_NS;
          default -> 0x7fff_ffffL * SECOND_NS;
        };
    return new Command.Reserve(freeSession(), timeoutNs);
  }

  /** A session and a job; mostly one that it holds. */
  private record Claim(SessionId by, long job) {}

  private Claim claim() {
    List<Claim> held =
        model.sessions.stream()
            .filter(s -> !model.waiting.contains(s))
            .flatMap(s -> model.held(s).map(j -> new Claim(s.id, j.id)))
            .toList();
    return held.isEmpty() || random.nextInt(4) == 0
        ? new Claim(freeSession(), anyJob())
        : oneOf(held);
  }

  private Command delete() {
    Claim claim = random.nextBoolean() ? claim() : new Claim(freeSession(), anyJob());
    return new Command.Delete(claim.by, claim.job);
  }

  private Command release() {
    Claim claim = claim();
    return new Command.Release(claim.by, claim.job, priority(), delayNs());
  }

  private Command bury() {
    Claim claim = claim();
    return new Command.Bury(claim.by, claim.job, priority());
  }

  private Command touch() {
    Claim claim = claim();
    return new Command.Touch(claim.by, claim.job);
  }

  private TubeName tube() {
    return times > 1 && random.nextBoolean()
        ? TubeName.of("crowd" + random.nextInt(TUBES.size() * times))
        : oneOf(TUBES);
  }

  private long priority() {
    return oneOf(List.of(0L, 1L, 1L, 2L, 1023L, 1024L, 0x7fff_ffffL, 0x8000_0000L, U32_MAX));
  }

  private long delayNs() {
    return switch (random.nextInt(9)) {
      case 0 -> SECOND_NS / 2;
      case 1 -> SECOND_NS;
      case 2 -> 2 * SECOND_NS;
      case 3 -> random.nextInt(4) == 0 ? U32_MAX * SECOND_NS : 1;
      default -> 0;
    };
  }

  private long ttrNs() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> SECOND_NS;
      case 2 -> 3 * SECOND_NS / 2;
      case 3, 4 -> 2 * SECOND_NS;
      case 5 -> 3 * SECOND_NS;
      case 6 -> SECOND_NS + 1;
      default -> U32_MAX * SECOND_NS;
    };
  }

  private long pauseNs() {
    return switch (random.nextInt(6)) {
      case 0, 1 -> 0;
      case 2 -> SECOND_NS / 2;
      case 3 -> SECOND_NS;
      case 4 -> 2 * SECOND_NS;
      default -> U32_MAX * SECOND_NS;
    };
  }

  private SessionId anySession() {
    return model.sessions.isEmpty() ? stranger() : oneOf(model.sessions).id;
  }

  /** A session that does not wait; now and then, or for want of one, one that is not there. */
  private SessionId freeSession() {
    List<NaiveSession> free =
        model.sessions.stream().filter(s -> !model.waiting.contains(s)).toList();
    return free.isEmpty() || random.nextInt(100) == 0 ? stranger() : oneOf(free).id;
  }

  private SessionId stranger() {
    return switch (random.nextInt(3)) {
      case 0 -> new SessionId(model.epoch, lastSession + 1);
      case 1 -> new SessionId(model.epoch - 1, 1);
      default -> new SessionId(0, 0);
    };
  }

  private long anyJob() {
    return switch (random.nextInt(20)) {
      case 0 -> model.lastJob + random.nextInt(2);
      case 1 -> oneOf(List.of(0L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, (1L << 32) + 1));
      case 2 -> Math.max(0, model.lastJob - random.nextInt(50));
      default -> model.jobs.isEmpty() ? 0 : oneOf(model.jobs).id;
    };
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
