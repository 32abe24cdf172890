package io.headrace.trials;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What {@code strace -f -y} saw a server write, force and send, in order.
 *
 * <p>A call begins at the line that shows its arguments and ends at the line that shows its result:
 * two lines when another thread came between ({@code <unfinished ...>}, {@code <... resumed>}).
 */
final class SyscallTrace {

  /** The options that give a trace that this class can read, written to {@code output}. */
  static List<String> straceInto(Path output) {
    return List.of(
        Tools.require("strace", "apt install strace"),
        // The tracer becomes a grandchild: the process that is started is the server itself.
        "-D",
        "-f",
        "-y",
        "--seccomp-bpf",
        "-s",
        Integer.toString(1 << 16),
        "-e",
        "trace=write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sendto,sendmsg,sendmmsg",
        "-o",
        output.toString());
  }

  private static final Pattern CALL =
      Pattern.compile("(\\d+)\\s+(\\w+)\\(\\d+<([^>]*)>(.*)", Pattern.DOTALL);
  private static final Pattern RESUMED =
      Pattern.compile("(\\d+)\\s+<\\.\\.\\. (\\w+) resumed>(.*)");
  private static final Pattern RESULT = Pattern.compile(".*\\)\\s+= (-?\\d+).*");
  private static final String UNFINISHED = "<unfinished ...>";
  private static final int NEVER = Integer.MAX_VALUE;

  /**
   * One call on a descriptor.
   *
   * @param target the file or socket
   * @param arguments as strace shows them
   * @param begin the line on which it began
   * @param end the line on which it returned, or {@link #NEVER}
   * @param result what it returned; -1 when it failed or never returned
   */
  private record Call(
      String name, String target, String arguments, int begin, int end, long result) {
    boolean isForce() {
      return name.equals("fsync") || name.equals("fdatasync");
    }

    boolean isToSocket() {
      return target.startsWith("socket:") || target.startsWith("TCP") || target.startsWith("UNIX");
    }
  }

  private static final Comparator<Call> IN_ORDER = Comparator.comparingInt(Call::begin);

  private final List<Call> calls = new ArrayList<>();

  private SyscallTrace() {}

  static SyscallTrace read(Path file) throws IOException {
    return of(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
  }

  static SyscallTrace of(List<String> lines) {
    var trace = new SyscallTrace();
    var open = new HashMap<String, Call>();
    for (int i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      var call = CALL.matcher(line);
      var resumed = RESUMED.matcher(line);
      if (call.matches()) {
        boolean unfinished = line.endsWith(UNFINISHED);
        var one =
            new Call(
                call.group(2),
                call.group(3),
                call.group(4),
                i,
                unfinished ? NEVER : i,
                unfinished ? -1 : result(line));
        if (unfinished) {
          open.put(call.group(1), one);
        } else {
          trace.calls.add(one);
        }
      } else if (resumed.matches()) {
        var one = open.remove(resumed.group(1));
        if (one != null) {
          trace.calls.add(
              new Call(one.name, one.target, one.arguments, one.begin, i, result(line)));
        }
      }
    }
    trace.calls.addAll(open.values());
    return trace;
  }

  private static long result(String line) {
    var matcher = RESULT.matcher(line);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  /**
   * Looks for replies that came too early.
   *
   * @param tokens for each id that a client was told, a text that occurs in that job's body only
   * @return what is wrong, in words: for each job whose INSERTED was not sent after a force that
   *     began after its write had returned
   */
  List<String> repliesBeforeTheirForce(Map<Long, String> tokens) {
    return violations(tokens, true);
  }

  /** As {@link #repliesBeforeTheirForce}, where a reply may follow the write without a force. */
  List<String> repliesBeforeTheirWrite(Map<Long, String> tokens) {
    return violations(tokens, false);
  }

  private List<String> violations(Map<Long, String> tokens, boolean forced) {
    var wrong = new ArrayList<String>();
    tokens.forEach((id, token) -> {
      var reply = first(call -> call.isToSocket() && tells(call, id));
      var write = first(call -> !call.isToSocket() && call.arguments.contains(token));
      if (reply.isEmpty()) {
        wrong.add("job " + id + ": the trace does not show its reply");
      } else if (write.isEmpty()) {
        wrong.add("job " + id + ": the trace does not show its write");
      } else if (write.get().result < 0 || write.get().end > reply.get().begin) {
        wrong.add("job " + id + ": told before its write returned: " + reply.get());
      } else if (forced && !isForced(write.get(), reply.get().begin)) {
        wrong.add(
            "job %d: written at line %d and told at line %d, but no force began and ended between"
                .formatted(id, write.get().end + 1, reply.get().begin + 1));
      }
    });
    return wrong;
  }

  /**
   * Looks for sends that tell of a delete too early, where one client waits for all answers before
   * it asks anew.
   *
   * @return what is wrong, in words: for each send of DELETED without a write to the log since the
   *     send before that was forced
   */
  List<String> deletesToldBeforeTheirForce() {
    var wrong = new ArrayList<String>();
    var sends = calls.stream().filter(Call::isToSocket).sorted(IN_ORDER).toList();
    int since = -1;
    for (var send : sends) {
      int after = since;
      boolean forced =
          calls.stream()
              .anyMatch(write ->
                  write.target.endsWith(".seg")
                      && !write.isForce()
                      && write.begin > after
                      && isForced(write, send.begin));
      if (send.arguments.contains("DELETED\\r\\n") && !forced) {
        wrong.add("line %d tells of a delete that was not forced".formatted(send.begin + 1));
      }
      since = send.begin;
    }
    return wrong;
  }

  /** How many sends tell of deletes. */
  long sendsOfDeletes() {
    return calls.stream()
        .filter(call -> call.isToSocket() && call.arguments.contains("DELETED\\r\\n"))
        .count();
  }

  /** Whether the job of this token was forced at all. */
  boolean isForced(String token) {
    return first(call -> !call.isToSocket() && call.arguments.contains(token))
        .filter(write -> isForced(write, NEVER))
        .isPresent();
  }

  private boolean isForced(Call write, int before) {
    return write.result >= 0
        && calls.stream()
            .anyMatch(force ->
                force.isForce()
                    && force.target.equals(write.target)
                    && force.begin > write.end
                    && force.end < before
                    && force.result == 0);
  }

  private static boolean tells(Call call, long id) {
    return call.arguments.contains("INSERTED " + id + "\\r\\n");
  }

  private Optional<Call> first(Predicate<Call> wanted) {
    return calls.stream().filter(wanted).min(IN_ORDER);
  }
}
