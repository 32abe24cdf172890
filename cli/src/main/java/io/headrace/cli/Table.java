package io.headrace.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Rows in columns: numbers to the right, the rest to the left. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(Collection<String> heads) {
    rows.add(List.copyOf(heads));
  }

  void row(Collection<String> cells) {
    rows.add(List.copyOf(cells));
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    var widths = new int[columns];
    var numbers = new boolean[columns];
    for (int column = 0; column < columns; column++) {
      int at = column;
      widths[column] = rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0);
      numbers[column] = rows.stream().skip(1).allMatch(row -> row.get(at).matches("-?[\\d.]+"));
    }
    var text = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        var cell = row.get(column);
        var blank = " ".repeat(widths[column] - cell.length());
        line.append(column == 0 ? "" : "  ");
        line.append(numbers[column] ? blank + cell : cell + blank);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
