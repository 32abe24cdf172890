package io.headrace.queue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a snapshot says, in an order that does not depend on the way of the walk: each row as text.
 */
public final class SnapshotRows {
  private final List<String> rows = new ArrayList<>();

  /** Where the order counts, a row begins with its place in it. */
  private int works;

  private int hungry;
  private int ends;
  private int mishaps;
  private int deaths;
  private int workDeaths;
  private int keys;
  private final int[] watches = new int[1 << 16];
  private final JobRows jobs = new JobRows();

  private SnapshotRows() {}

  /** Returns the rows of these records. */
  public static List<String> of(List<byte[]> records) {
    SnapshotRows all = new SnapshotRows();
    for (byte[] bytes : records) {
      ByteBuffer record = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      byte kind = record.get();
      all.jobs.begin();
      while (record.hasRemaining()) {
        all.take(kind, record);
      }
    }
    return all.rows.stream().sorted().toList();
  }

  private void take(byte kind, ByteBuffer record) {
    switch (kind) {
      case SnapshotRecord.HEAD -> add("head", record, record.remaining());
      case SnapshotRecord.TUBES -> {
        int name = record.getShort(record.position() + SnapshotRecord.TUBE_BYTES - 2);
        add("tube", record, SnapshotRecord.TUBE_BYTES + name);
      }
      case SnapshotRecord.SESSIONS -> {
        int flags = record.get(record.position() + SnapshotRecord.SESSION_BYTES - 18);
        int bytes = SnapshotRecord.SESSION_BYTES - 1;
        bytes += 1 + record.get(record.position() + bytes);
        if ((flags & SnapshotRecord.LAST_SENT) != 0) {
          bytes += 1 + record.get(record.position() + bytes);
        }
        add("session", record, bytes);
      }
      case SnapshotRecord.WATCHES -> {
        int session = record.getInt(record.position());
        add("watch " + session + " #" + watches[session]++, record, SnapshotRecord.WATCH_BYTES);
      }
      case SnapshotRecord.WORK -> add("work " + works++, record, workBytes(record));
      case SnapshotRecord.HUNGRY -> add("hungry " + hungry++, record, 4);
      case SnapshotRecord.JOBS -> rows.add(job(record));
      case SnapshotRecord.RARE -> add("rare", record, SnapshotRecord.RARE_BYTES);
      case SnapshotRecord.SETTINGS ->
          add("settings", record, 4 + parsed(record, 4, EvidenceRecords::settings));
      case SnapshotRecord.GATE_DEATHS ->
          add("death of a tube", record, 4 + parsed(record, 4, EvidenceRecords::gateDeath));
      case SnapshotRecord.HISTORIES ->
          add("history", record, parsed(record, 0, EvidenceRecords::history));
      case SnapshotRecord.ENDS ->
          add("end " + ends++, record, parsed(record, 0, EvidenceRecords::end));
      case SnapshotRecord.MISHAPS ->
          add("mishap " + mishaps++, record, EvidenceRecords.MISHAP_BYTES);
      case SnapshotRecord.DEATHS -> add("death " + deaths++, record, EvidenceRecords.DEATH_BYTES);
      case SnapshotRecord.WORK_DEATHS ->
          add("death of work " + works + " #" + workDeaths++, record, EvidenceRecords.DEATH_BYTES);
      case SnapshotRecord.KEYS -> {
        int names = record.position() + KeyRows.SAVED_BYTES;
        int bytes = record.getShort(names - 3) + record.get(names - 1);
        add("key " + keys++, record, KeyRows.SAVED_BYTES + bytes);
      }
      case SnapshotRecord.END -> add("end", record, record.remaining());
      default -> throw new AssertionError("a record of kind " + kind);
    }
  }

  /** A row says what differs from the one before: as text it says all. */
  private String job(ByteBuffer record) {
    jobs.take(record);
    JobTable table = new JobTable();
    int slot = table.allocate();
    jobs.fill(table, slot);
    return Stream.of(
            jobs.id(),
            jobs.place(),
            jobs.bytes(),
            jobs.crc32c(),
            jobs.tube(),
            jobs.holder(),
            jobs.state(),
            jobs.lane(),
            jobs.deadlineNs(),
            table.order(slot),
            table.createdNs(slot),
            table.delayNs(slot),
            table.ttrNs(slot),
            table.priority(slot),
            table.reserves(slot),
            table.timeouts(slot),
            table.releases(slot),
            table.buries(slot),
            table.kicks(slot))
        .map(String::valueOf)
        .collect(Collectors.joining(" ", "job ", ""));
  }

  /** How many bytes a row has from there on, by what reads it. */
  private static int parsed(ByteBuffer record, int from, Function<ByteBuffer, Object> reader) {
    ByteBuffer row = record.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    row.position(record.position() + from);
    Object _ = reader.apply(row);
    return row.position() - record.position() - from;
  }

  private static int workBytes(ByteBuffer record) {
    return switch (record.get(record.position())) {
      case SnapshotRecord.WORK_CLOSING -> 1 + 4 + 1 + 4 + 2;
      case SnapshotRecord.WORK_REVISING -> 1 + 4 + 4;
      case SnapshotRecord.WORK_KICKING -> SnapshotRecord.WORK_BYTES;
      case SnapshotRecord.WORK_CLEARING -> SnapshotRecord.WORK_BYTES - 1 - 8;
      default -> throw new AssertionError("work of unknown kind");
    };
  }

  private void add(String what, ByteBuffer record, int bytes) {
    byte[] row = new byte[bytes];
    record.get(row);
    rows.add(what + " " + HexFormat.of().formatHex(row));
  }
}
