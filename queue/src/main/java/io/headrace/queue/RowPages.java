package io.headrace.queue;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows of so many bytes, in pages of {@value #PAGE_ROWS} that are made and dropped one by one:
 * nothing is copied when there are more, and the collector sees a few arrays without references.
 */
final class RowPages {
  static final int PAGE_SHIFT = 11;
  static final int PAGE_ROWS = 1 << PAGE_SHIFT;
  private static final int PAGE_MASK = PAGE_ROWS - 1;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final byte[] NO_PAGE = new byte[0];

  private final int rowBytes;
  private byte[][] pages = {NO_PAGE};

  RowPages(int rowBytes) {
    this.rowBytes = rowBytes;
  }

  /** Whether the rows of this page can be used. */
  boolean isThere(int page) {
    return page < pages.length && pages[page].length > 0;
  }

  /** Makes a page of rows that are all zero. */
  void make(int page) {
    if (page >= pages.length) {
      var length = pages.length;
      pages = Arrays.copyOf(pages, Math.max(page + 1, length * 2));
      Arrays.fill(pages, length, pages.length, NO_PAGE);
    }
    pages[page] = new byte[PAGE_ROWS * rowBytes];
  }

  void drop(int page) {
    pages[page] = NO_PAGE;
  }

  /** Sets all bytes of a row to zero. */
  void clear(int row) {
    var from = base(row);
    Arrays.fill(pages[row >>> PAGE_SHIFT], from, from + rowBytes, (byte) 0);
  }

  void copy(int from, int to) {
    System.arraycopy(
        pages[from >>> PAGE_SHIFT], base(from), pages[to >>> PAGE_SHIFT], base(to), rowBytes);
  }

  private int base(int row) {
    return (row & PAGE_MASK) * rowBytes;
  }

  /** The eight bytes from {@code field} on. */
  long longAt(int row, int field) {
    return (long) LONG.get(pages[row >>> PAGE_SHIFT], base(row) + field);
  }

  void longAt(int row, int field, long value) {
    LONG.set(pages[row >>> PAGE_SHIFT], base(row) + field, value);
  }

  /** The four bytes from {@code field} on. */
  int intAt(int row, int field) {
    return (int) INT.get(pages[row >>> PAGE_SHIFT], base(row) + field);
  }

  void intAt(int row, int field, int value) {
    INT.set(pages[row >>> PAGE_SHIFT], base(row) + field, value);
  }
}
