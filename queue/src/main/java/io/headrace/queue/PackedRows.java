package io.headrace.queue;

/**
 * Rows without holes: the last one takes the place of one that goes, so that what they cost is what
 * there is of them, whichever went.
 */
final class PackedRows {
  private final RowPages rows;
  private int size;

  PackedRows(int rowBytes) {
    this.rows = new RowPages(rowBytes);
  }

  int size() {
    return size;
  }

  /** Returns a new row, which is all zero. */
  int add() {
    var row = size++;
    if (rows.isThere(row >>> RowPages.PAGE_SHIFT)) {
      rows.clear(row);
    } else {
      rows.make(row >>> RowPages.PAGE_SHIFT);
    }
    return row;
  }

  /** The row that {@link #remove} would put into the place of another. */
  int last() {
    return size - 1;
  }

  /** Removes a row; what was the last one has its number now. */
  void remove(int row) {
    var last = --size;
    if (row != last) {
      rows.copy(last, row);
    }
    // One page is kept above, so that a row that comes and goes on the edge costs none.
    var spare = ((size + RowPages.PAGE_ROWS - 1) >>> RowPages.PAGE_SHIFT) + 1;
    if (rows.isThere(spare)) {
      rows.drop(spare);
    }
  }

  long longAt(int row, int field) {
    return rows.longAt(row, field);
  }

  void longAt(int row, int field, long value) {
    rows.longAt(row, field, value);
  }

  int intAt(int row, int field) {
    return rows.intAt(row, field);
  }

  void intAt(int row, int field, int value) {
    rows.intAt(row, field, value);
  }
}
