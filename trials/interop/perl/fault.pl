#!/usr/bin/perl
# One call of clients/Headrace.pm while something goes wrong: fault.pl SERVER PATIENCE TUBE CALL.
# TUBE has a ready job. Prints the same as fault.bash. The new connection says no 'use' by itself.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../../../clients";
use Headrace;
use Time::HiRes qw(sleep);

my ($server, $patience, $tube, $call, $bytes) = @ARGV;
my %status = (usage => 2, reply => 1);
my $queue  = Headrace->new(server => $server, patience => 20);
my $held;
my %calls = (
    connect      => sub { $queue->connect },
    put          => sub { $queue->put(q{ } x ($bytes // 100), priority => 7, delay => 1000) },
    reserve      => sub { $queue->reserve(1) },
    pause_tube   => sub { $queue->pause_tube($tube, 0) },
    kick         => sub { $queue->kick(10) },
    map {
        my $name = $_;
        $name => sub { $queue->$name("$tube.more") }
    } qw(use watch ignore),
);
for my $name (qw(touch release bury delete)) {
    $calls{$name} = sub { $queue->$name($held) };
}
for my $name (qw(reserve_job kick_job peek stats_job)) {
    $calls{$name} = sub { $queue->$name('18446744073709551615') };
}
for my $name (qw(peek_ready peek_delayed peek_buried stats list_tubes list_tubes_watched),
    'tube_used')
{
    $calls{$name} = sub { $queue->$name };
}
$calls{stats_tube} = sub { $queue->stats_tube($tube) };

# Runs a call and says how it ended.
sub timed {
    my ($name, $run) = @_;
    my $began  = Time::HiRes::time();
    my $from   = Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC());
    my $result = eval { $run->(); 1 };
    my $ms     = 1000 * (Time::HiRes::clock_gettime(Time::HiRes::CLOCK_MONOTONIC()) - $from);
    my $error  = $@;
    my ($status, $known, $message) = (0, 1, q{});
    ($status, $known, $message)
        = ($status{ $error->kind } // 3, $error->outcome_known, $error->message)
        if !$result;
    printf "%s %d %s %d %d %s\n", $name, $status, $known ? 'known' : 'unknown', 1000 * $began, $ms,
        $message;
    return;
}

# Connects in the end, whatever happens on the way: the server may be starting.
sub connected {
    for (1 .. 300) {
        return if eval { $queue->connect };
        sleep 0.1;
    }
    die $@;
}

$| = 1;
if ($call eq 'connect') {
    $queue->{patience} = $patience;
    timed('first',  $calls{connect});
    timed('second', sub { $queue->put('x') });
    exit;
}
connected();
$queue->use($tube);
$queue->watch($tube);
$queue->ignore('default');
print 'kept ', $queue->put('kept', priority => 9, delay => 1000), "\n";
$queue->watch("$tube.more") if $call eq 'ignore';
$held = $queue->reserve(0)->{id} if $call =~ /^(?:touch|release|bury|delete)$/;
$queue->{patience} = $patience;
timed('first',  $calls{$call});
timed('second', sub { $queue->use("$tube.other") });
$queue->{patience} = 20;
connected();
timed('again', sub { print 'again ', $queue->put('again', priority => 9, delay => 1000), "\n" });
print 'restored ', join(q{ }, $queue->tube_used, $queue->list_tubes_watched), "\n";
