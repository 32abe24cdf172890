package io.headrace.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Defects put into the product on purpose, one line each: a story must end badly on each. */
final class SeededDefectsTest {
  private static final String QUEUE = "queue/src/main/java/io/headrace/queue/";
  private static final String JOURNAL = "journal/src/main/java/io/headrace/journal/";
  private static final String SERVER = "server/src/main/java/io/headrace/server/";

  /** Seeds within which a defect must show. */
  private static final int SEEDS = 100;

  /** What was done to the product, and which story must notice. */
  enum Defect {
    UNFINISHED_COMMANDS_WAITED_FOR(
        "clients",
        SERVER + "beanstalk/OpenCommands.java",
        "if (session.commandAgeNs(nowNs) > allowedNs) {",
        "if (session.commandAgeNs(nowNs) > 10 * allowedNs) {"),
    PRIORITY_COMPARED_AS_SIGNED(
        "clients",
        QUEUE + "JobTable.java",
        "var difference = priority(a) - priority(b);",
        "var difference = (int) priority(a) - (int) priority(b);"),
    TIME_OUT_NOT_COUNTED(
        "clients", QUEUE + "Endings.java", "jobs.timeouts(slot, jobs.timeouts(slot) + 1);", ""),
    LAST_SENT_OF_A_TIME_OUT_NOT_KEPT(
        "clients",
        QUEUE + "History.java",
        "attempts.set(i, attempts.get(i).withLastSent(text));",
        ""),
    RECORD_LACKS_WHAT_WAS_SENT_LAST(
        "clients",
        QUEUE + "EndRecord.java",
        ".map(attempt -> withLast(attempt.withLastSent(text)))",
        ".map(_ -> this)"),
    RESERVE_IGNORES_PAUSE(
        "clients",
        QUEUE + "Tube.java",
        "return isPaused() || isThrottled() || reserved >= policy().maxRunning();",
        "return isThrottled() || reserved >= policy().maxRunning();"),
    LAST_WAITER_IS_SERVED_FIRST(
        "clients", QUEUE + "Line.java", "return first.session;", "return last.session;"),
    NOT_FENCED(
        "clients",
        QUEUE + "Commands.java",
        "if (slot != NONE && state.holds(session, slot)) {",
        "if (slot != NONE && jobs.state(slot) == JobState.RESERVED) {"),
    DELAY_TOO_SHORT(
        "clients",
        QUEUE + "Endings.java",
        "state.makeDelayed(slot, state.nowNs + delayNs);",
        "state.makeDelayed(slot, state.nowNs + delayNs - 1);"),
    COUNTER_FORGOTTEN_IN_SNAPSHOT(
        "snapshots", QUEUE + "JobRows.java", "mask |= putInt(to, jobs.kicks(slot), 0, KICKS);", ""),
    LAST_ID_FORGOTTEN_IN_SNAPSHOT(
        "snapshots",
        QUEUE + "SnapshotRestore.java",
        "state.lastJob = from.getLong();",
        "state.lastJob = from.getLong() - 1;"),
    ACKNOWLEDGED_BEFORE_THE_FORCE(
        "crashes", JOURNAL + "Committer.java", "if (!replyWaits) {", "if (true) {"),
    TOLD_BEFORE_THE_FORCE("crashes", JOURNAL + "Committer.java", "forceOwedIndex = lastIndex;", ""),
    TOLD_BEFORE_THE_WRITE(
        "everything",
        JOURNAL + "Committer.java",
        "return safeIndex <= writtenIndex && forceOwedIndex <= forcedIndex;",
        "return true;"),
    TOLD_IN_THE_MIDDLE_OF_A_FORCE(
        "crashes", SERVER + "QueueLoop.java", "if (send) {", "if (true) {"),
    CLOSED_WITH_WHAT_MAY_NOT_BE_TOLD(
        "everything",
        SERVER + "beanstalk/BeanstalkSession.java",
        "if (replied && !loop.mayTell()) {",
        "if (false) {"),
    DELETE_NOT_LOGGED(
        "crashes",
        JOURNAL + "Committer.java",
        "open.append(++lastIndex, lastStampNs, command);",
        "open.append(++lastIndex, lastStampNs,"
            + " command instanceof Command.Delete ? new Command.Tick() : command);"),
    DELETE_ONLY_WRITTEN(
        "crashes",
        JOURNAL + "Batch.java",
        "forced |= CommandCodec.mustBeForced(command);",
        "forced |= CommandCodec.mustBeForced(command) && !(command instanceof Command.Delete);"),
    FORCED_MARK_TOO_HIGH(
        "crashes",
        JOURNAL + "Committer.java",
        "closed.close(tail.segment().number, tail.position(), forcedIndex);",
        "closed.close(tail.segment().number, tail.position(), lastIndex);"),
    NAME_OF_NEW_SEGMENT_NOT_FORCED("crashes", JOURNAL + "Zeros.java", "disk.forceDirectory();", ""),
    TORN_TAIL_NOT_CUT(
        "everything", JOURNAL + "TailCut.java", "Zeros.fill(file, from, file.size());", ""),
    SEGMENT_REMOVED_TOO_EARLY(
        "snapshots",
        JOURNAL + "Segment.java",
        "return liveBytes == 0 && readers == 0 && cleanFrom <= snapshot;",
        "return cleanFrom <= snapshot;"),
    COPIED_BODY_LOOKED_FOR_ELSEWHERE(
        "snapshots",
        JOURNAL + "BodyCopies.java",
        "long to = Location.ofBodies(segment.number, position + RECORD_HEADER_BYTES);",
        "long to = Location.ofBodies(segment.number, position + RECORD_HEADER_BYTES + 8);"),
    BODY_NOT_CHECKED_IN_RECOVERY(
        "flippedBits",
        JOURNAL + "SegmentReader.java",
        "if (window.crc32c(at, body.bytes()) != body.crc32c()) {",
        "if (false) {"),
    BODY_NOT_CHECKED_WHEN_READ_BACK(
        "damagedBody",
        JOURNAL + "BodyFiles.java",
        "if ((int) crc.getValue() != crc32c) {",
        "if (false) {"),
    BODY_READ_FROM_ANOTHER_PLACE(
        "everything",
        JOURNAL + "SlabBodyStore.java",
        "return location | Body.SPILLED;",
        "return (location + 1) | Body.SPILLED;"),
    ANSWERED_BEFORE_SAFE(
        "crashes",
        SERVER + "QueueLoop.java",
        "while (!pending.isEmpty() && pending.index() <= safe) {",
        "while (!pending.isEmpty() && pending.index() <= safe + 1) {"),
    DEATH_NOT_COUNTED(
        "poison",
        QUEUE + "Deaths.java",
        "var deaths = before + (counted ? 1 : 0);",
        "var deaths = before;"),
    RESTART_CONDEMNS(
        "poison",
        QUEUE + "Commands.java",
        "bulk.close(session, BulkWork.Leaving.RESTART, \"\", effects);",
        "bulk.close(session, BulkWork.Leaving.DIED, \"\", effects);"),
    SUSPECT_BESIDE_OTHERS(
        "clients",
        QUEUE + "Reservations.java",
        "if (session.held.isEmpty() && tube.mayRiskSuspect()) {",
        "if (tube.mayRiskSuspect()) {"),
    MAX_RUNNING_OFF_BY_ONE(
        "clients",
        QUEUE + "Tube.java",
        "return isPaused() || isThrottled() || reserved >= policy().maxRunning();",
        "return isPaused() || isThrottled() || reserved > policy().maxRunning();"),
    EXPIRY_NOT_CHECKED(
        "clients",
        QUEUE + "Endings.java",
        "return afterNs > 0 && state.nowNs - jobs.createdNs(slot) >= afterNs;",
        "return false;"),
    DEATH_NOT_REVISED(
        "clients",
        QUEUE + "Deaths.java",
        "revise(everywhere ? List.copyOf(state.recentDeaths) : ofTube(home), sinceNs);",
        ""),
    SUSPECT_GOES_TO_THE_MOST_LADEN(
        "stuckSuspect",
        QUEUE + "Tube.java",
        "if (watch.session.held.size() < least.held.size()) {",
        "if (watch.session.held.size() > least.held.size()) {"),
    KEY_NOT_LOOKED_FOR(
        "clients",
        QUEUE + "Commands.java",
        "var known = state.keys.job(tube, key, hash);",
        "var known = 0L;"),
    KEY_FORGOTTEN_TOO_EARLY(
        "clients",
        QUEUE + "Keys.java",
        ": Math.ceilDiv(rows.stampNs(rows.first()) + windowNs, SECOND_NS) * SECOND_NS;",
        ": (rows.stampNs(rows.first()) + windowNs) / SECOND_NS * SECOND_NS;"),
    KEYS_FORGOTTEN_IN_SNAPSHOT(
        "keys",
        QUEUE + "SnapshotWalk.java",
        "this.keysToWrite = state.keys.size();",
        "this.keysToWrite = 0;"),
    RETRY_AFTER_A_CRASH_DOUBLES(
        "keys",
        JOURNAL + "CommandCodec.java",
        "case PUT_KEYED -> putKeyed(from);",
        "case PUT_KEYED -> putKeyed(from).put();"),
    TIME_STANDS_STILL_WHILE_NOBODY_SPEAKS(
        "time", SERVER + "QueueLoop.java", "thread.wakeAt(time.nanos(nextNs), timer);", ""),
    OLD_TIME_FOR_WHAT_NO_BYTES_BROUGHT(
        "everything", SERVER + "QueueLoop.java", "time.growsOld();", ""),
    REST_OF_WHAT_IS_DUE_LEFT_UNDONE(
        "muchIsDue", SERVER + "QueueLoop.java", "if (more && !turnDue) {", "if (false) {"),
    NOBODY_HEARD_UNTIL_ALL_IS_DONE(
        "muchIsDue",
        SERVER + "QueueLoop.java",
        "for (int round = 0; round < ROUNDS_MAX; round++) {",
        "for (int round = 0; round >= 0; round++) {");

    private final String story;
    private final String source;
    private final String line;
    private final String instead;

    Defect(String story, String source, String line, String instead) {
      this.story = story;
      this.source = source;
      this.line = line;
      this.instead = instead;
    }

    String story() {
      return story;
    }

    Mutant mutant() {
      return new Mutant(source, line, instead);
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_seeded_defect_is_caught(Defect defect, @TempDir Path folder) {
    Optional<Throwable> caught = defect.mutant().tell(defect.story(), folder, SEEDS);
    assertThat(caught).as("what '%s' notices of %s", defect.story, defect).isPresent();
  }

  @Test
  void a_mutant_without_a_defect_gets_away(@TempDir Path folder) {
    var same = "closed.close(tail.segment().number, tail.position(), forcedIndex);";
    assertThat(new Mutant(JOURNAL + "Committer.java", same, same).tell("crashes", folder, 3))
        .isEmpty();
  }
}
