#!/usr/bin/perl
# A worker that can be killed: worker.pl PORT TUBE LOG [NAME=VALUE]...
#
#   prefetch=N    takes up to N jobs before it works on the first (1)
#   work=SECONDS  how long it works on each (0)
#   hold=FILE     works on a job at least until there is no such file
#   deadly=FILE   while there is such a file, it dies on every job
#
# It dies, without a quit, on a job whose body begins with 'poison'. All others it deletes. What it
# does stands in LOG, with its pid before it, a line a write: start, got ID, dies ID, deletes ID
# (not asked yet), done ID (answered), refused ID.
use strict;
use warnings;
use Fcntl qw(O_APPEND O_CREAT O_WRONLY);
use IO::Socket::INET;
use POSIX ();
use Time::HiRes qw(sleep);

my ($port, $tube, $log_file, @options) = @ARGV;
my %option = (
    prefetch => 1, work => 0, hold => q{}, deadly => q{},
    map { split /=/x, $_, 2 } @options
);

sysopen my $log, $log_file, O_WRONLY | O_APPEND | O_CREAT or die "$log_file: $!\n";
my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Proto => 'tcp')
    or die "no server at port $port: $!\n";

# Appends a line to the log: one write, so that those of others do not come between.
sub note {
    my ($text) = @_;
    defined syswrite $log, "$$ $text\n" or die "$log_file: $!\n";
    return;
}

# Sends a line and returns the first line of the reply.
sub ask {
    my ($line) = @_;
    print {$server} "$line\r\n" or die "the server is gone: $!\n";
    $server->flush;
    my $reply = readline $server;
    defined $reply or die "the server closed\n";
    $reply =~ s/\r\n\z//x;
    return $reply;
}

# Returns a job as [ID, BODY], or nothing.
sub reserve {
    my ($line) = @_;
    my ($id, $bytes) = ask($line) =~ /\ARESERVED[ ](\d+)[ ](\d+)\z/x or return;
    read($server, my $body, $bytes + 2) == $bytes + 2 or die "the server closed in a body\n";
    note("got $id");
    return [$id, $body];
}

sub work_on {
    my ($id, $body) = @_;
    if ($body =~ /\Apoison/x || ($option{deadly} ne q{} && -e $option{deadly})) {
        note("dies $id");
        POSIX::_exit(1);
    }
    sleep $option{work} if $option{work} > 0;
    sleep 0.02 while $option{hold} ne q{} && -e $option{hold};
    note("deletes $id");
    note(ask("delete $id") eq 'DELETED' ? "done $id" : "refused $id");
    return;
}

ask("watch $tube") =~ /\AWATCHING[ ]/x or die "no tube $tube\n";
ask('ignore default') if $tube ne 'default';
note('start');
while (1) {
    my @jobs = reserve('reserve');
    while (@jobs && @jobs < $option{prefetch}) {
        my $job = reserve('reserve-with-timeout 0') or last;
        push @jobs, $job;
    }
    work_on(@{$_}) for @jobs;
}
