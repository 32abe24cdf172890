package io.headrace.server.beanstalk;

import io.headrace.queue.TubeName;
import io.headrace.server.ConnectionNumbers;
import io.headrace.server.TurnTimes;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What {@code stats} says of the process and its machine.
 *
 * @param headraceVersion Headrace's own version; beanstalkd's goes under {@code version}
 * @param instance 16 hexadecimal digits, other ones at each start
 * @param os as {@code uname -v} prints it
 * @param platform as {@code uname -m} prints it
 * @param runP99Ns how long 99 of 100 attempts on a tube's jobs took at most; 0 when it is not known
 * @param connections what is told of connections; asked on the loop's thread
 */
public record ServerFacts(
    String headraceVersion,
    String instance,
    long pid,
    String hostname,
    String os,
    String platform,
    CpuTimes cpu,
    TurnTimes turns,
    ToLongFunction<TubeName> runP99Ns,
    Supplier<ConnectionNumbers> connections) {}
