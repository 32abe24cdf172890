# Drives a beanstalkd server through beaneater (Debian: ruby-beaneater), every command it knows,
# and prints TAP. Usage: ruby beaneater.rb HOST PORT [beanstalkd]
#
# Of beanstalkd itself the end of a TTR is not asked: 1.12 misses it now and then for good.

require 'beaneater'
require 'timeout'

HOST, PORT, PEER = ARGV
JOB_BYTES_MAX = 65_535
ALL_BYTES = ("\r\n".b + (0..255).map(&:chr).join.b + "\r\n.\r\n".b).freeze

$stdout.sync = true
$count = 0

def client
  Beaneater.new("#{HOST}:#{PORT}")
end

def same(expected, actual, what = 'value')
  return if expected == actual

  raise "#{what}: expected #{expected.inspect[0, 300]} but got #{actual.inspect[0, 300]}"
end

def refused(error)
  yield
rescue error
  nil
else
  raise "expected #{error}, but nothing was raised"
end

# Runs one test on a client and a tube of its own.
def test(name)
  $count += 1
  beanstalk = client
  tube = beanstalk.tubes["rb-#{$count}"]
  beanstalk.tubes.watch!(tube.name)
  Timeout.timeout(60) { yield beanstalk, tube }
  puts "ok #{$count} - #{name}"
rescue StandardError, Timeout::Error => e
  puts "not ok #{$count} - #{name}"
  ["#{e.class}: #{e.message}", *e.backtrace].each { |line| puts "# #{line}" }
ensure
  beanstalk&.close
end

def binary(bytes)
  (ALL_BYTES * (bytes / ALL_BYTES.bytesize + 1)).byteslice(0, bytes)
end

test('put, reserve, delete') do |c, tube|
  put = tube.put('hello', pri: 5)
  same('INSERTED', put[:status])
  job = tube.reserve(5)
  same(put[:id], job.id)
  same('hello', job.body)
  same('DELETED', job.delete[:status])
  refused(Beaneater::TimedOutError) { c.tubes.reserve(0) }
end

test('bodies of every byte and many lengths come back as they were') do |_c, tube|
  [0, 1, 2, 3, 255, 4095, 4096, 16_384, 60_000, JOB_BYTES_MAX].each do |bytes|
    tube.put(binary(bytes))
    job = tube.reserve(5)
    same(binary(bytes), job.body.b, "#{bytes} bytes")
    job.delete
  end
end

test('a body over the limit is JOB_TOO_BIG and the connection stays usable') do |_c, tube|
  refused(Beaneater::JobTooBigError) { tube.put(binary(JOB_BYTES_MAX + 1)) }
  refused(Beaneater::JobTooBigError) { tube.put(binary(300_000)) }
  tube.put('after')
  same('after', tube.reserve(5).body)
end

test('a body with a wrong length is EXPECTED_CRLF, then all is in step again') do |c, tube|
  refused(Beaneater::ExpectedCrlfError) { tube.transmit("put 0 0 10 3\r\nabcd\n") }
  # The CRLF that the client adds is an empty line to the server.
  same('UNKNOWN_COMMAND', c.connection.connection.readline.chomp)
  same('USING', tube.transmit("use #{tube.name}")[:status])
end

test('the smallest priority first, then the smallest id') do |c, tube|
  [4_294_967_295, 10, 0, 10, 2_147_483_648, 1023].each_with_index do |pri, i|
    tube.put(i.to_s, pri: pri)
  end
  order = Array.new(6) { c.tubes.reserve(0).tap(&:delete).body }
  same(%w[2 1 3 5 4 0], order)
end

test('a delayed job is not ready before its delay') do |c, tube|
  began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  id = tube.put('later', delay: 3)[:id]
  same('delayed', c.jobs.find(id).stats.state)
  same(id, tube.peek(:delayed).id)
  same(nil, tube.peek(:ready))
  refused(Beaneater::TimedOutError) { c.tubes.reserve(0) }
  same(id, c.tubes.reserve(10).id)
  took = Process.clock_gettime(Process::CLOCK_MONOTONIC) - began
  same(true, took >= 2.99, 'three seconds went by')
end

unless PEER == 'beanstalkd'
  test('a job whose TTR ran out goes to another, and its first holder is fenced') do |c, tube|
    id = tube.put('slow', ttr: 3)[:id]
    held = c.tubes.reserve(5)
    other = client
    other.tubes.watch!(tube.name)
    again = other.tubes.reserve(10)
    same(id, again.id)
    refused(Beaneater::NotFoundError) { held.delete }
    refused(Beaneater::NotFoundError) { c.connection.transmit("touch #{id}") }
    same(1, again.stats.timeouts)
    again.delete
    other.close
  end
end

test('DEADLINE_SOON when a held job is about to time out') do |c, tube|
  tube.put('short', ttr: 3)
  c.tubes.reserve(5)
  # Told one second before its end.
  refused(Beaneater::DeadlineSoonError) { c.tubes.reserve(10) }
end

test('touch gives the whole TTR again') do |c, tube|
  tube.put('touched', ttr: 6)
  job = c.tubes.reserve(5)
  3.times do
    sleep 2.5
    same('TOUCHED', job.touch[:status])
  end
  same('reserved', job.stats.state)
  same(0, job.stats.timeouts)
end

test('release, with priority and delay') do |c, tube|
  id = tube.put('again', pri: 7)[:id]
  c.tubes.reserve(5).release(pri: 3, delay: 0)
  same(3, c.jobs.find(id).pri)
  same(1, c.jobs.find(id).stats.releases)
  c.tubes.reserve(5).release(pri: 9, delay: 1000)
  same('delayed', c.jobs.find(id).stats.state)
  same(1000, c.jobs.find(id).delay)
  same({ status: 'KICKED', id: '1' }, tube.kick(10))
  same(2, c.tubes.reserve(0).stats.releases)
end

test('bury, peek-buried, kick in the order of burial, kick-job') do |c, tube|
  ids = %w[a b c].map { |body| tube.put(body, pri: 5)[:id] }
  3.times { |i| c.tubes.reserve(5).bury(pri: 10 - i) }
  same(ids[0], tube.peek(:buried).id)
  same('1', tube.kick(1)[:id])
  same(ids[1], tube.peek(:buried).id)
  third = c.jobs.find(ids[2])
  same('KICKED', third.kick[:status])
  same('ready', third.stats.state)
  same(1, third.stats.kicks)
  same(8, third.pri)
  refused(Beaneater::NotFoundError) { third.kick }
  c.jobs.find(ids[1]).delete
  same(ids[2], c.tubes.reserve(0).id)
  same(ids[0], c.tubes.reserve(0).id)
end

test('peek finds jobs of any tube') do |c, tube|
  id = tube.put(binary(1000))[:id]
  same(binary(1000), c.jobs.find(id).body.b)
  same(id, tube.peek(:ready).id)
  same(nil, tube.peek(:delayed))
  same(nil, tube.peek(:buried))
  same(nil, c.jobs.find(999_999_999))
end

test('a paused tube gives nothing until it is resumed') do |c, tube|
  tube.put('waits')
  same('PAUSED', tube.pause(1000)[:status])
  refused(Beaneater::TimedOutError) { c.tubes.reserve(0) }
  same(1000, tube.stats.pause)
  tube.pause(0)
  same('waits', c.tubes.reserve(5).body)
  tube.pause(3)
  tube.put('three seconds')
  refused(Beaneater::TimedOutError) { c.tubes.reserve(0) }
  same('three seconds', c.tubes.reserve(10).body)
  refused(Beaneater::NotFoundError) { c.tubes['no-such-tube'].pause(1) }
end

test('what does not exist is NOT_FOUND') do |c, _tube|
  ['delete 999999999', 'touch 999999999', 'bury 999999999 1', 'release 999999999 1 0',
   'stats-job 999999999', 'stats-tube no-such-tube', 'kick-job 999999999', 'peek 999999999',
   'reserve-job 999999999'].each do |command|
    refused(Beaneater::NotFoundError) { c.connection.transmit(command) }
  end
end

test('nonsense is refused in words') do |c, _tube|
  refused(Beaneater::UnknownCommandError) { c.connection.transmit('frobnicate') }
  refused(Beaneater::BadFormatError) { c.connection.transmit('delete x') }
  refused(Beaneater::BadFormatError) { c.connection.transmit('a' * 300) }
  refused(Beaneater::InvalidTubeName) { c.tubes.watch('a:b') }
  refused(Beaneater::InvalidTubeName) { c.tubes.use('-leading') }
end

test('the last watched tube is NOT_IGNORED') do |c, tube|
  refused(Beaneater::NotIgnoredError) { c.tubes.ignore(tube.name) }
  c.tubes.watch('rb-other')
  c.tubes.ignore(tube.name)
  same(['rb-other'], c.tubes.watched.map(&:name))
end

test('five hundred tubes watched at once') do |c, _tube|
  500.times do |i|
    c.tubes["rb-many-#{i}"].put(i.to_s, pri: 1000 - i)
    c.tubes.watch("rb-many-#{i}")
  end
  same(501, c.tubes.watched.size)
  listed = c.tubes.all.map(&:name)
  same([], (0...500).map { |i| "rb-many-#{i}" } - listed, 'tubes not listed')
  499.downto(0) do |i|
    job = c.tubes.reserve(5)
    same(i.to_s, job.body)
    same("rb-many-#{i}", job.tube)
    job.delete
  end
end

test('list-tube-used follows use') do |c, tube|
  tube.put('x')
  same(tube.name, c.tubes.used.name)
  c.tubes.use('rb-used')
  same('rb-used', c.tubes.used.name)
end

test('stats parse as YAML, with strings as strings') do |c, tube|
  stats = c.connection.transmit('stats')[:body]
  same(JOB_BYTES_MAX, stats['max-job-size'])
  same(false, stats['draining'])
  same(Integer, stats['pid'].class)
  same(true, stats['version'].to_s.match?(/\A\d+(\.\d+)*\z/), "version #{stats['version']}")
  same(String, stats['hostname'].class)
  %w[current-jobs-urgent cmd-put cmd-pause-tube job-timeouts total-jobs current-tubes
     current-connections current-producers current-workers current-waiting total-connections
     uptime binlog-oldest-index binlog-current-index binlog-records-migrated
     binlog-records-written binlog-max-size].each { |key| same(Integer, stats[key].class, key) }
  same(Float, stats['rusage-utime'].class)
  tube.put('counted', pri: 10, ttr: 77)
  same({ 'name' => tube.name, 'current-jobs-urgent' => 1, 'current-jobs-ready' => 1,
         'current-jobs-reserved' => 0, 'current-jobs-delayed' => 0, 'current-jobs-buried' => 0,
         'total-jobs' => 1, 'current-using' => 1, 'current-watching' => 1, 'current-waiting' => 0,
         'cmd-delete' => 0, 'cmd-pause-tube' => 0, 'pause' => 0, 'pause-time-left' => 0 },
       c.connection.transmit("stats-tube #{tube.name}")[:body])
  job = tube.reserve(5)
  body = c.connection.transmit("stats-job #{job.id}")[:body]
  same(%w[id tube state pri age delay ttr time-left file reserves timeouts releases buries kicks],
       body.keys)
  same([tube.name, 'reserved', 10, 0, 77, 1],
       body.values_at('tube', 'state', 'pri', 'delay', 'ttr', 'reserves'))
end

test('jobs of a closed connection are ready at once') do |c, tube|
  id = tube.put('orphan', ttr: 1000)[:id]
  other = client
  other.tubes.watch!(tube.name)
  same(id, other.tubes.reserve(5).id)
  other.close
  same(id, c.tubes.reserve(10).id)
end

test('jobs.process! works through a tube and buries what fails') do |c, tube|
  5.times { |i| tube.put(i.to_s) }
  seen = []
  c.jobs.register(tube.name) do |job|
    raise 'bad job' if job.body == '2'

    seen << job.body
    raise Beaneater::AbortProcessingError if job.body == '4'
  end
  c.jobs.process!(reserve_timeout: 5)
  same(%w[0 1 3 4], seen)
  same(2, tube.stats.current_jobs_buried)
  tube.clear
  same(nil, tube.peek(:buried))
end

test('a thousand jobs through one connection') do |c, tube|
  1000.times { |i| tube.put("job #{i}") }
  1000.times do |i|
    job = c.tubes.reserve(5)
    same("job #{i}", job.body)
    job.delete
  end
end

puts "1..#{$count}"
