<?php
/*
 * Drives a beanstalkd server through pheanstalk (Debian: php-pda-pheanstalk), every command it
 * knows, and prints TAP. Usage: php pheanstalk.php HOST PORT [beanstalkd]
 *
 * Of beanstalkd itself the end of a TTR is not asked: 1.12 misses it now and then for good.
 */
declare(strict_types=1);

require 'Pheanstalk/autoload.php';

use Pheanstalk\Exception\DeadlineSoonException;
use Pheanstalk\Exception\JobNotFoundException;
use Pheanstalk\Exception\JobTooBigException;
use Pheanstalk\Exception\ServerException;
use Pheanstalk\JobId;
use Pheanstalk\Pheanstalk;

const JOB_BYTES_MAX = 65535;

[, $host, $port] = $argv;
$peer = $argv[3] ?? '';
$count = 0;

function client(): Pheanstalk
{
    global $host, $port;
    return Pheanstalk::create($host, (int) $port, 5);
}

function same($expected, $actual, string $what = 'value'): void
{
    if ($expected !== $actual) {
        throw new RuntimeException(sprintf(
            "%s: expected %s but got %s",
            $what,
            substr(var_export($expected, true), 0, 300),
            substr(var_export($actual, true), 0, 300)
        ));
    }
}

function refused(string $class, Closure $call, string $message = ''): void
{
    try {
        $call();
    } catch (Throwable $e) {
        if (!$e instanceof $class || strpos($e->getMessage(), $message) === false) {
            throw $e;
        }
        return;
    }
    throw new RuntimeException("expected $class, but nothing was thrown");
}

/** Runs one test on a client and a tube of its own. */
function test(string $name, Closure $body): void
{
    global $count;
    $count++;
    $client = client();
    $tube = "php-$count";
    try {
        $client->useTube($tube)->watchOnly($tube);
        $body($client, $tube);
        echo "ok $count - $name\n";
    } catch (Throwable $e) {
        echo "not ok $count - $name\n";
        $why = get_class($e) . ': ' . $e->getMessage() . "\n" . $e->getTraceAsString();
        foreach (explode("\n", $why) as $line) {
            echo "# $line\n";
        }
    }
}

/** A body that holds every byte, and CRLF, in $bytes bytes. */
function binary(int $bytes): string
{
    $all = "\r\n" . implode('', array_map('chr', range(0, 255))) . "\r\n.\r\n";
    return substr(str_repeat($all, intdiv($bytes, strlen($all)) + 1), 0, $bytes);
}

test('put, reserve, delete', function (Pheanstalk $c, string $tube) {
    $put = $c->put('hello', 5, 0, 30);
    $job = $c->reserve();
    same($put->getId(), $job->getId(), 'id');
    same('hello', $job->getData(), 'body');
    $c->delete($job);
    same(null, $c->reserveWithTimeout(0), 'an empty tube');
});

test('bodies of every byte and many lengths come back as they were', function (Pheanstalk $c) {
    foreach ([0, 1, 2, 3, 255, 4095, 4096, 16384, 60000, JOB_BYTES_MAX] as $bytes) {
        $c->put(binary($bytes));
        $job = $c->reserveWithTimeout(5);
        same(binary($bytes), $job->getData(), "$bytes bytes");
        $c->delete($job);
    }
});

test('a body over the limit is JOB_TOO_BIG, the connection stays usable', function (Pheanstalk $c) {
    refused(JobTooBigException::class, fn () => $c->put(binary(JOB_BYTES_MAX + 1)));
    refused(JobTooBigException::class, fn () => $c->put(binary(300000)));
    $c->put('after');
    same('after', $c->reserveWithTimeout(5)->getData());
});

test('the smallest priority first, then the smallest id', function (Pheanstalk $c) {
    foreach ([4294967295, 10, 0, 10, 2147483648, 1023] as $i => $pri) {
        $c->put("$i", $pri);
    }
    $order = [];
    while ($job = $c->reserveWithTimeout(0)) {
        $order[] = $job->getData();
        $c->delete($job);
    }
    same(['2', '1', '3', '5', '4', '0'], $order);
});

test('a delayed job is not ready before its delay', function (Pheanstalk $c) {
    $began = hrtime(true);
    $put = $c->put('later', 1, 3);
    same('delayed', $c->statsJob($put)['state']);
    same($put->getId(), $c->peekDelayed()->getId(), 'peek-delayed');
    same(null, $c->peekReady(), 'peek-ready');
    same(null, $c->reserveWithTimeout(0));
    $job = $c->reserveWithTimeout(10);
    same($put->getId(), $job->getId());
    same(true, hrtime(true) - $began >= 2990000000, 'three seconds went by');
});

$ttrRunsOut = function (Pheanstalk $c, string $tube) {
    $put = $c->put('slow', 1, 0, 3);
    $held = $c->reserveWithTimeout(5);
    $other = client()->watchOnly($tube);
    $again = $other->reserveWithTimeout(10);
    same($put->getId(), $again->getId());
    refused(JobNotFoundException::class, fn () => $c->delete($held));
    refused(JobNotFoundException::class, fn () => $c->touch($held));
    refused(ServerException::class, fn () => $c->release($held));
    same('1', $other->statsJob($again)['timeouts'], 'timeouts');
    $other->delete($again);
};
if ($peer !== 'beanstalkd') {
    test('a job whose TTR ran out goes to another, its first holder is fenced', $ttrRunsOut);
}

test('DEADLINE_SOON when a held job is about to time out', function (Pheanstalk $c) {
    $c->put('short', 1, 0, 3);
    $c->reserve();
    // Told one second before its end.
    refused(DeadlineSoonException::class, fn () => $c->reserveWithTimeout(10));
});

test('touch gives the whole TTR again', function (Pheanstalk $c) {
    $c->put('touched', 1, 0, 6);
    $job = $c->reserve();
    for ($i = 0; $i < 3; $i++) {
        usleep(2500000);
        $c->touch($job);
    }
    same('reserved', $c->statsJob($job)['state']);
    same('0', $c->statsJob($job)['timeouts']);
    $c->delete($job);
});

test('release, with priority and delay', function (Pheanstalk $c) {
    $put = $c->put('again', 7);
    $c->release($c->reserve(), 3, 0);
    same('3', $c->statsJob($put)['pri'], 'pri');
    same('1', $c->statsJob($put)['releases'], 'releases');
    $c->release($c->reserve(), 9, 1000);
    same('delayed', $c->statsJob($put)['state']);
    same('1000', $c->statsJob($put)['delay']);
    same(1, $c->kick(10), 'kick wakes the delayed when nothing is buried');
    same('2', $c->statsJob($c->reserveWithTimeout(0))['releases']);
});

test('bury, peek-buried, kick in the order of burial, kick-job', function (Pheanstalk $c) {
    $ids = [];
    foreach (['a', 'b', 'c'] as $body) {
        $ids[] = $c->put($body, 5)->getId();
    }
    for ($i = 0; $i < 3; $i++) {
        $c->bury($c->reserve(), 10 - $i);
    }
    same($ids[0], $c->peekBuried()->getId(), 'the first buried');
    same(1, $c->kick(1));
    same($ids[1], $c->peekBuried()->getId(), 'the next buried');
    $c->kickJob(new JobId($ids[2]));
    same('ready', $c->statsJob(new JobId($ids[2]))['state']);
    same('1', $c->statsJob(new JobId($ids[2]))['kicks']);
    same('8', $c->statsJob(new JobId($ids[2]))['pri']);
    refused(JobNotFoundException::class, fn () => $c->kickJob(new JobId($ids[2])));
    $c->delete(new JobId($ids[1]));
    same($ids[2], $c->reserveWithTimeout(0)->getId());
    same($ids[0], $c->reserveWithTimeout(0)->getId());
});

test('peek, peek-ready', function (Pheanstalk $c) {
    $put = $c->put(binary(1000));
    same(binary(1000), $c->peek($put)->getData());
    same($put->getId(), $c->peekReady()->getId());
    same(null, $c->peekDelayed());
    same(null, $c->peekBuried());
    refused(JobNotFoundException::class, fn () => $c->peek(new JobId(999999999)));
});

test('a paused tube gives nothing until it is resumed', function (Pheanstalk $c, $tube) {
    $c->put('waits');
    $c->pauseTube($tube, 1000);
    same(null, $c->reserveWithTimeout(0));
    same('1000', $c->statsTube($tube)['pause']);
    same('1', $c->statsTube($tube)['cmd-pause-tube']);
    $c->resumeTube($tube);
    same('waits', $c->reserveWithTimeout(5)->getData());
    $c->pauseTube($tube, 3);
    $c->put('three seconds');
    same(null, $c->reserveWithTimeout(0));
    same('three seconds', $c->reserveWithTimeout(10)->getData(), 'the pause ends by itself');
    refused(ServerException::class, fn () => $c->pauseTube('no-such-tube', 1), 'NOT_FOUND');
});

test('what does not exist is NOT_FOUND', function (Pheanstalk $c) {
    $none = new JobId(999999999);
    refused(JobNotFoundException::class, fn () => $c->delete($none));
    refused(JobNotFoundException::class, fn () => $c->touch($none));
    refused(JobNotFoundException::class, fn () => $c->bury($none));
    refused(ServerException::class, fn () => $c->release($none), 'NOT_FOUND');
    refused(ServerException::class, fn () => $c->statsJob($none), 'NOT_FOUND');
    refused(ServerException::class, fn () => $c->statsTube('no-such-tube'), 'NOT_FOUND');
});

test('the last watched tube is NOT_IGNORED', function (Pheanstalk $c, $tube) {
    refused(ServerException::class, fn () => $c->ignore($tube), 'NOT_IGNORED');
    $c->watch('php-other');
    $c->ignore($tube);
    same(['php-other'], $c->listTubesWatched(true));
});

test('five hundred tubes watched at once', function (Pheanstalk $c, $tube) {
    $producer = client();
    for ($i = 0; $i < 500; $i++) {
        $producer->useTube("php-many-$i")->put("$i", 1000 - $i);
        $c->watch("php-many-$i");
    }
    same(501, count($c->listTubesWatched(true)), 'watched');
    $tubes = $c->listTubes();
    for ($i = 0; $i < 500; $i++) {
        same(true, in_array("php-many-$i", $tubes, true), "php-many-$i is listed");
    }
    for ($i = 499; $i >= 0; $i--) {
        $job = $c->reserveWithTimeout(5);
        same("$i", $job->getData(), 'the most urgent of all tubes');
        $c->delete($job);
    }
});

test('list-tube-used follows use', function (Pheanstalk $c, $tube) {
    same($tube, $c->listTubeUsed(true));
    $c->useTube('php-used');
    same('php-used', $c->listTubeUsed(true));
});

test('tube names use the whole alphabet and 200 bytes', function (Pheanstalk $c) {
    foreach (['A-Za+z0/9;.$_()', str_repeat('x', 200)] as $name) {
        $c->useTube($name)->watchOnly($name);
        $c->put('named');
        $job = $c->reserveWithTimeout(5);
        same($name, trim($c->statsJob($job)['tube'], '"'));
        same($name, trim($c->statsTube($name)['name'], '"'));
        $c->delete($job);
    }
    foreach (['-leading', 'a:b', str_repeat('x', 201)] as $name) {
        refused(Exception::class, fn () => client()->useTube($name), 'BAD_FORMAT');
    }
});

test('stats hold every key', function (Pheanstalk $c, $tube) {
    $keys = 'current-jobs-urgent current-jobs-ready current-jobs-reserved current-jobs-delayed
        current-jobs-buried cmd-put cmd-peek cmd-peek-ready cmd-peek-delayed cmd-peek-buried
        cmd-reserve cmd-reserve-with-timeout cmd-delete cmd-release cmd-use cmd-watch cmd-ignore
        cmd-bury cmd-kick cmd-touch cmd-stats cmd-stats-job cmd-stats-tube cmd-list-tubes
        cmd-list-tube-used cmd-list-tubes-watched cmd-pause-tube job-timeouts total-jobs
        max-job-size current-tubes current-connections current-producers current-workers
        current-waiting total-connections pid version rusage-utime rusage-stime uptime
        binlog-oldest-index binlog-current-index binlog-records-migrated binlog-records-written
        binlog-max-size draining id hostname os platform';
    $stats = iterator_to_array($c->stats());
    foreach (preg_split('/\s+/', $keys) as $key) {
        same(true, array_key_exists($key, $stats), $key);
    }
    same((string) JOB_BYTES_MAX, $stats['max-job-size']);
    same(1, preg_match('/^"?\d+(\.\d+)*"?$/', $stats['version']), 'version ' . $stats['version']);
    same('false', $stats['draining']);
    $job = $c->put('counted', 10, 0, 77);
    same('1', $c->statsTube($tube)['current-jobs-urgent']);
    same('1', $c->statsTube($tube)['current-jobs-ready']);
    same('1', $c->statsTube($tube)['current-using']);
    same('1', $c->statsTube($tube)['current-watching']);
    $c->delete($c->reserve());
    same('1', $c->statsTube($tube)['cmd-delete']);
    same('1', $c->statsTube($tube)['total-jobs']);
    $job = $c->put('counted', 10, 0, 77);
    same('77', $c->statsJob($job)['ttr']);
});

test('jobs of a closed connection are ready at once', function (Pheanstalk $c, $tube) {
    $put = $c->put('orphan', 1, 0, 1000);
    $other = client()->watchOnly($tube);
    same($put->getId(), $other->reserve()->getId());
    unset($other);
    gc_collect_cycles();
    same($put->getId(), $c->reserveWithTimeout(10)->getId());
});

test('a thousand jobs through one connection', function (Pheanstalk $c) {
    for ($i = 0; $i < 1000; $i++) {
        $c->put("job $i");
    }
    for ($i = 0; $i < 1000; $i++) {
        $job = $c->reserveWithTimeout(5);
        same("job $i", $job->getData());
        $c->delete($job);
    }
});

echo "1..$count\n";
