package io.headrace.server.beanstalk;

import io.headrace.queue.JobView;
import io.headrace.queue.OnEnd;
import io.headrace.queue.PolicyKey;
import io.headrace.queue.PolicySettings;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.TubeName;
import io.headrace.server.PolicyText;
import io.headrace.server.Reloaded;
import io.headrace.server.Session;
import java.util.Optional;

/**
 * What a session may do by its token; docs/security.md has the table. A token that is taken out of
 * the file, or loses a right, does so for open connections too, with their next request.
 *
 * <p>Judged by what is applied: the session's uses and watches are ({@link #dependsOnTubes}), and a
 * job that it was told of is.
 */
final class TokenPermit implements Permit {
  /** Requests without a good token after which the connection is closed. */
  static final int TRIES_MAX = 3;

  private static final byte[] NO_HASH = {};

  private final Reloaded<Tokens> file;
  private final QueueMachine queue;
  private final Session session;

  private Tokens tokens;
  private byte[] hash = NO_HASH;
  private Optional<Token> token = Optional.empty();
  private int tries;

  /** Whether the tubes that it watches are known to be allowed; each that it adds is, then. */
  private boolean watchedAllowed;

  TokenPermit(Reloaded<Tokens> file, QueueMachine queue, Session session) {
    this.file = file;
    this.queue = queue;
    this.session = session;
    tokens = file.get();
  }

  @Override
  public boolean dependsOnTubes() {
    return true;
  }

  @Override
  public boolean hasHadItsTries() {
    return tries >= TRIES_MAX;
  }

  @Override
  public Verb judge(Verb verb, RequestLine request) {
    if (verb == Verb.QUIT) {
      return verb;
    }
    if (verb == Verb.AUTH) {
      hash = Tokens.hash(request.words());
      look(file.get());
    } else if (file.get() != tokens) {
      look(file.get());
    }
    if (token.isEmpty()) {
      tries++;
      return Verb.UNAUTHORIZED;
    }
    return verb == Verb.AUTH ? Verb.AUTHORIZED : judge(token.get(), verb, request);
  }

  private void look(Tokens now) {
    tokens = now;
    token = now.find(hash);
    watchedAllowed = false;
  }

  private Verb judge(Token by, Verb verb, RequestLine request) {
    return switch (verb) {
      case INCOMPLETE,
          BAD_FORMAT,
          LINE_TOO_LONG,
          UNKNOWN_COMMAND,
          PUT_WITHOUT_CRLF,
          PUT_TOO_BIG,
          PUT_WITHOUT_ROOM,
          AUTH,
          AUTHORIZED,
          UNAUTHORIZED,
          FORBIDDEN,
          HIDDEN_JOB,
          QUIT ->
          verb;
      // Of a job that it does not hold these are NOT_FOUND, and it reserved those that it holds.
      case RELEASE, BURY, TOUCH, DIED, DOCKET -> verb;
      case USE, IGNORE, LIST_TUBE_USED, LIST_TUBES_WATCHED, SHOW_HELD, LIST_EXTENSIONS -> verb;
      case WATCH -> in(by, Right.Kind.RESERVE, request.tube(), verb);
      case PUT, PUT_KEY -> in(by, Right.Kind.PUT, used(), verb);
      case RESERVE, RESERVE_WITH_TIMEOUT -> mayReserve(by) ? verb : Verb.FORBIDDEN;
      case DELETE, PEEK, PEEK_DOCKET, STATS_JOB, SHOW_JOB ->
          queue.holds(session.id(), request.job()) ? verb : ofJob(by, request.job(), verb);
      case RESERVE_JOB, KICK_JOB, RETRY_JOB, DROP_JOB -> ofJob(by, request.job(), verb);
      case KICK, PEEK_READY, PEEK_DELAYED, PEEK_BURIED -> in(by, Right.Kind.MANAGE, used(), verb);
      case PAUSE_TUBE, CLEAR_TUBE, LIST_JOBS, STATS_TUBE, SHOW_TUBE ->
          in(by, Right.Kind.MANAGE, request.tube(), verb);
      case SET_TUBE -> maySet(by, request) ? verb : Verb.FORBIDDEN;
      case STATS,
          LIST_TUBES,
          LIST_DEAD,
          LIST_ENDED,
          LIST_CONNECTIONS,
          CLOSE_CONNECTION,
          LIST_CAPTURES,
          GET_CAPTURE,
          CAPTURE_CONNECTION,
          DELETE_CAPTURE,
          UNDROP_JOB,
          DRAIN,
          UNDRAIN,
          SHUTDOWN ->
          by.allowsEverywhere(Right.Kind.MANAGE) ? verb : Verb.FORBIDDEN;
    };
  }

  private static Verb in(Token by, Right.Kind kind, TubeName tube, Verb verb) {
    return by.allows(kind, tube) ? verb : Verb.FORBIDDEN;
  }

  private TubeName used() {
    return BeanstalkReads.used(session, queue);
  }

  private boolean mayReserve(Token by) {
    if (!watchedAllowed) {
      watchedAllowed =
          BeanstalkReads.watched(session, queue).stream()
              .allMatch(tube -> by.allows(Right.Kind.RESERVE, tube));
    }
    return watchedAllowed;
  }

  private Verb ofJob(Token by, long job, Verb verb) {
    if (by.allowsEverywhere(Right.Kind.MANAGE)) {
      return verb;
    }
    Optional<TubeName> tube = queue.job(job, queue.lastStampNs()).map(JobView::tube);
    return tube.isEmpty() ? Verb.HIDDEN_JOB : in(by, Right.Kind.MANAGE, tube.get(), verb);
  }

  /** A policy that moves jobs puts them, into whatever tube it names. */
  private boolean maySet(Token by, RequestLine request) {
    return by.allows(Right.Kind.MANAGE, request.tube())
        && movesTo(request.words()).map(tube -> by.allows(Right.Kind.PUT, tube)).orElse(true);
  }

  private static Optional<TubeName> movesTo(String words) {
    try {
      PolicySettings set = PolicyText.parse(words).set();
      boolean moves = set.get(PolicyKey.ON_END).orElse(0) == OnEnd.MOVE.code();
      return moves ? Optional.of(set.moveTo()) : Optional.empty();
    } catch (IllegalArgumentException _) {
      // The session says what is wrong with it.
      return Optional.empty();
    }
  }
}
