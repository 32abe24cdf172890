#!/usr/bin/perl
# All that clients/Headrace.pm knows, on one server: commands.pl HOST PORT [UNIX-SOCKET]. Prints
# TAP.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../../../clients";
use Headrace;
use Test::More;

my ($host, $port, $path) = @ARGV;
my $tube  = "perl-$$";
my $bytes = join q{}, map {chr} 0 .. 255;

# Returns the kind of the error that a call dies with.
sub dies { my ($call) = @_; return eval { $call->(); 1 } ? 'nothing' : ref $@ ? $@->kind : $@ }

my $queue = Headrace->new(server => "$host:$port", patience => 20);
is dies(sub { $queue->put('x') }), 'closed', 'before a connection nothing is sent';
is $queue->connect, $queue, 'connects';
ok $queue->alive, 'is alive';
ok $queue->use($tube), 'uses a tube';
is $queue->tube_used, $tube, 'and knows it';
is $queue->watch($tube),     2, 'watches a tube';
is $queue->ignore('default'), 1, 'ignores a tube';
is $queue->ignore($tube),    0, 'does not ignore the last one';
is_deeply [$queue->list_tubes_watched], [$tube], 'lists those it watches';
ok((grep { $_ eq $tube } $queue->list_tubes), 'lists all');
is scalar $queue->reserve(0), undef, 'reserves nothing';
is $queue->reply, 'TIMED_OUT', 'and says why';

my $id = $queue->put($bytes x 200, priority => 5, ttr => 100);
my $job = $queue->reserve(5);
is $job->{id}, $id, 'reserves what was put';
ok $job->{body} eq $bytes x 200, 'the same bytes';
ok $queue->touch($id), 'touches it';
is $queue->stats_job($id)->{state}, 'reserved', 'shows it';
ok $queue->bury($id, 7), 'buries it';
ok !$queue->bury($id), 'a second time it is not held';
is $queue->peek_buried->{id}, $id, 'peeks at what is buried';
is $queue->kick(10), 1, 'kicks one';
is $queue->kick(10), 0, 'kicks none';
is $queue->peek_ready->{id}, $id, 'peeks at what is ready';
is $queue->reserve_job($id)->{id}, $id, 'takes it by its id';
ok $queue->release($id, priority => 7, delay => 3600), 'releases it, delayed';
is $queue->peek_delayed->{id}, $id, 'peeks at what is delayed';
ok $queue->kick_job($id), 'kicks it by its id';
ok $queue->peek($id)->{body} eq $bytes x 200, 'peeks at it by its id';
ok $queue->delete($id), 'deletes it';
ok !$queue->delete($id), 'only once';
is scalar $queue->peek($id), undef, 'it is gone';
is scalar $queue->stats_job($id), undef, 'from the stats too';
$queue->put(q{});
is $queue->reserve(0)->{body}, q{}, 'an empty body';
is dies(sub { $queue->put('x' x 65_536) }), 'reply', 'a body that is too large is refused';
is $@->reply, 'JOB_TOO_BIG', 'by its reason';
ok $@->outcome_known && $queue->alive, 'and the connection goes on';
is $queue->stats_tube($tube)->{name}, $tube, 'shows a tube';
is scalar $queue->stats_tube('no-such-tube'), undef, 'knows no such tube';
ok $queue->pause_tube($tube, 3600), 'pauses a tube';
ok !$queue->pause_tube('no-such-tube', 1), 'but no such tube';
$queue->pause_tube($tube, 0);
like $queue->stats->{version}, qr/^[0-9.]+$/, 'shows the server';
if (defined $queue->stats->{'headrace-keys'}) {
    my $once = $queue->put('once', key => "$tube/1");
    is $queue->reply, "INSERTED $once", 'puts with a key';
    is $queue->put('once', key => "$tube/1"), $once, 'a second time it is the same job';
    is $queue->reply, "KNOWN $once", 'which was known';
    ok $queue->delete($once), 'deletes it';
}
else {
    for my $time ('first', 'second') {
        is dies(sub { $queue->put('delete 1', key => 'k') }), 'reply', "without keys: $time";
        is $@->reply, 'UNKNOWN_COMMAND', 'by its reason';
        like $@, qr/ not know 'put-key', which Headrace does; put without a key/, 'and a remedy';
        ok $@->outcome_known && $queue->alive, 'and the connection goes on';
    }
}
is scalar $queue->reserve(0), undef, 'there is no other job';
is dies(sub { $queue->put('x', key => 'a b') }), 'usage', 'refuses a key that is none';
is dies(sub { $queue->use("a\r\nquit") }), 'usage', 'refuses a name that is none';
is dies(sub { $queue->use("$tube\n") }), 'usage', 'and one that ends with a line feed';
is dies(sub { $queue->put('x', priority => 4_294_967_296) }), 'usage', 'refuses a priority';
is dies(sub { $queue->put('x', prio => 1) }), 'usage', 'refuses an option';
is dies(sub { $queue->delete('1 2') }), 'usage', 'refuses an id';
is dies(sub { $queue->put("\x{263a}") }), 'usage', 'refuses characters that are no bytes';
{
    my $text = "\x{e9}";
    utf8::upgrade($text);
    my $one = $queue->put($text);
    is $queue->reserve_job($one)->{body}, "\xe9", 'puts a character as the byte it is';
}

my $held = $queue->put('held');
$queue->reserve_job($held);
$queue->connect;
is $queue->tube_used, $tube, 'a new connection uses what the former one used';
is_deeply [$queue->list_tubes_watched], [$tube], 'and watches what it watched';
is $queue->stats_job($held)->{state}, 'ready', 'what was held went back';
$queue->delete($held);
$queue->close;
is dies(sub { $queue->put('x') }), 'closed', 'closed is closed';

is dies(sub { Headrace->new(server => '127.0.0.1:1')->connect }), 'refused', 'no server';
# A name server that is not there may take long to be given up.
is dies(sub { Headrace->new(server => 'no-such-host.invalid', patience => 30)->connect }),
    'refused', 'no host';
is dies(sub { Headrace->new(server => 'unix:/no/such')->connect }), 'refused', 'no socket';
is dies(sub { Headrace->new(server => 'a b')->connect }), 'usage', 'no address';
is dies(sub { Headrace->new(patience => 'long') }), 'usage', 'no patience';
ok +Headrace->new(server => "localhost:$port")->connect->stats, 'a host by its name';
ok +Headrace->new(server => $port)->connect->stats, 'a port alone';
ok +Headrace->new(server => "unix:$path")->connect->put('x'), 'a Unix socket' if $path;
done_testing;
