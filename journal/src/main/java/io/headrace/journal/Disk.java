package io.headrace.journal;

import java.io.IOException;
import java.util.List;

/**
 * One directory of files: the seam to the file system, so that tests can lose what was not forced.
 * Names are plain file names.
 */
public interface Disk extends AutoCloseable {
  /** Returns the names of all files, sorted. */
  List<String> list() throws IOException;

  /** Creates a file for reading and writing; fails when it exists. */
  DiskFile create(String name) throws IOException;

  /** Opens an existing file for reading and writing. */
  DiskFile open(String name) throws IOException;

  /** Gives a file another name, over an existing one if need be; atomic. */
  void rename(String from, String to) throws IOException;

  /** Removes a file. */
  void delete(String name) throws IOException;

  /** Makes creations, renames and removals so far durable. */
  void forceDirectory() throws IOException;

  /** Bytes that can still be allocated. */
  long freeBytes() throws IOException;

  /** How messages call the directory. */
  String describe();

  /** Gives the directory free for others. */
  @Override
  void close() throws IOException;
}
