package io.headrace.queue;

/**
 * What the rows of few jobs have no room for: counts beyond {@link JobTable#SMALL_COUNT_MAX}, times
 * that are not whole seconds, an order other than the id, and what only befalls jobs that are
 * touched, or that end badly. A job has one row here or none, and all of these fields lie in it
 * then.
 */
final class RareFields {
  private static final int SLOT = 0;
  private static final int COUNTS = 4;
  private static final int ORDER = COUNTS + 4 * JobTable.COUNTS;
  private static final int DELAY = ORDER + 8;
  private static final int TTR = DELAY + 8;
  private static final int ENDED = TTR + 8;
  private static final int HELD_SINCE = ENDED + 8;
  private static final int FIELDS = HELD_SINCE + 8;
  private static final int ROW_BYTES = FIELDS + 4 * RareField.COUNT;

  private final PackedRows rows = new PackedRows(ROW_BYTES);

  int size() {
    return rows.size();
  }

  /** Returns a new row for the job in this slot; all its other fields are 0. */
  int add(int slot) {
    var row = rows.add();
    rows.intAt(row, SLOT, slot);
    return row;
  }

  /** Removes a row; the job that {@link #slot} then names for it has its fields there now. */
  void remove(int row) {
    rows.remove(row);
  }

  int slot(int row) {
    return rows.intAt(row, SLOT);
  }

  void slot(int row, int slot) {
    rows.intAt(row, SLOT, slot);
  }

  int count(int row, int which) {
    return rows.intAt(row, COUNTS + 4 * which);
  }

  void count(int row, int which, int count) {
    rows.intAt(row, COUNTS + 4 * which, count);
  }

  long order(int row) {
    return rows.longAt(row, ORDER);
  }

  void order(int row, long order) {
    rows.longAt(row, ORDER, order);
  }

  long delayNs(int row) {
    return rows.longAt(row, DELAY);
  }

  void delayNs(int row, long delayNs) {
    rows.longAt(row, DELAY, delayNs);
  }

  long ttrNs(int row) {
    return rows.longAt(row, TTR);
  }

  void ttrNs(int row, long ttrNs) {
    rows.longAt(row, TTR, ttrNs);
  }

  long endedNs(int row) {
    return rows.longAt(row, ENDED);
  }

  void endedNs(int row, long stampNs) {
    rows.longAt(row, ENDED, stampNs);
  }

  long heldSinceNs(int row) {
    return rows.longAt(row, HELD_SINCE);
  }

  void heldSinceNs(int row, long stampNs) {
    rows.longAt(row, HELD_SINCE, stampNs);
  }

  int get(int row, RareField field) {
    return rows.intAt(row, FIELDS + 4 * field.place());
  }

  void set(int row, RareField field, int value) {
    rows.intAt(row, FIELDS + 4 * field.place(), value);
  }
}
