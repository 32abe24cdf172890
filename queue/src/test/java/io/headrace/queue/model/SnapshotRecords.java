package io.headrace.queue.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.queue.MachineSnapshot;
import io.headrace.queue.QueueMachine;
import io.headrace.queue.SnapshotSink;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A snapshot kept in memory; the durable place of a body is its reference, turned around. */
public final class SnapshotRecords implements SnapshotSink {
  private final List<byte[]> records = new ArrayList<>();

  @Override
  public void record(ByteBuffer record) {
    assertThat(record.remaining()).isBetween(1, MachineSnapshot.RECORD_BYTES_MAX);
    byte[] bytes = new byte[record.remaining()];
    record.get(bytes);
    records.add(bytes);
  }

  @Override
  public long location(long job, long bodyRef, int bodyBytes, int crc32c) {
    return ~bodyRef;
  }

  /** Writes each record of this kind once more. */
  public void repeat(byte kind) {
    for (int i = records.size() - 1; i >= 0; i--) {
      if (records.get(i)[0] == kind) {
        records.add(i, records.get(i));
      }
    }
  }

  /** How many records there are. */
  public int size() {
    return records.size();
  }

  /** Makes a fresh machine of the records. */
  public QueueMachine restore() {
    QueueMachine machine = new QueueMachine();
    for (byte[] record : records) {
      machine.restore(ByteBuffer.wrap(record), (_, location, _, _) -> ~location);
    }
    machine.restored();
    return machine;
  }

  /** The records so far. */
  public List<byte[]> all() {
    return List.copyOf(records);
  }

  /** All bytes of all records, one after the other. */
  public byte[] bytes() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    records.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** Walks over the whole machine at once. */
  public static SnapshotRecords of(QueueMachine machine) {
    SnapshotRecords records = new SnapshotRecords();
    MachineSnapshot walk = machine.snapshot(records);
    while (!walk.step(1_000_000)) {
      // One step visits at most a million places.
    }
    return records;
  }
}
