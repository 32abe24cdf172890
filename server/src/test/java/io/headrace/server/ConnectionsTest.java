package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ConnectionsTest {
  private static final SocketAddress UNIX = new DomainSocketAddress("/run/queue.sock");

  private final Connections.Entrance door = new Connections.Entrance();

  private static SocketAddress at(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 1);
  }

  private List<Connections.Place> fill(Connections connections, SocketAddress from) {
    var places = new ArrayList<Connections.Place>();
    while (connections.admit(from, door) instanceof Connections.Place place) {
      places.add(place);
    }
    return places;
  }

  @Test
  void as_many_are_admitted_as_may_be_and_one_more_for_each_that_leaves() {
    var connections = new Connections(new ConnectionOptions(3));
    var places = fill(connections, at("192.0.2.1"));
    assertThat(places).hasSize(3);
    assertThat(connections.admit(at("192.0.2.2"), door)).isEqualTo(Connections.Refused.FULL);
    assertThat(connections.open()).isEqualTo(3);
    places.getFirst().leave();
    assertThat(fill(connections, at("192.0.2.2"))).hasSize(1);
    assertThat(connections.open()).isEqualTo(3);
  }

  @Test
  void peers_on_this_machine_have_places_that_strangers_cannot_take() {
    var connections = new Connections(new ConnectionOptions(3));
    assertThat(fill(connections, at("192.0.2.1"))).hasSize(3);
    assertThat(fill(connections, at("127.0.0.1"))).hasSize(Connections.RESERVED_LOOPBACK);
    assertThat(connections.admit(at("::1"), door)).isEqualTo(Connections.Refused.FULL);
    var unix = fill(connections, UNIX);
    assertThat(unix).hasSize(Connections.RESERVED_UNIX);
    assertThat(connections.open()).isEqualTo(3 + Connections.RESERVED);
    unix.forEach(Connections.Place::leave);
    assertThat(connections.admit(at("127.0.0.1"), door)).isEqualTo(Connections.Refused.FULL);
  }

  @Test
  void an_address_gets_its_share_and_others_get_theirs() {
    var connections = new Connections(new ConnectionOptions(100, 2, 100));
    var places = fill(connections, at("192.0.2.1"));
    assertThat(places).hasSize(2);
    assertThat(connections.admit(at("192.0.2.1"), door)).isEqualTo(Connections.Refused.ADDRESS);
    assertThat(fill(connections, at("192.0.2.2"))).hasSize(2);
    places.getFirst().leave();
    assertThat(fill(connections, at("192.0.2.1"))).hasSize(1);
  }

  @Test
  void a_network_of_64_bits_is_one_address_and_the_next_another() {
    var connections = new Connections(new ConnectionOptions(100, 2, 100));
    assertThat(connections.admit(at("2001:db8:0:1::1"), door))
        .isInstanceOf(Connections.Place.class);
    assertThat(connections.admit(at("2001:db8:0:1:ffff::2"), door))
        .isInstanceOf(Connections.Place.class);
    assertThat(connections.admit(at("2001:db8:0:1::3"), door))
        .isEqualTo(Connections.Refused.ADDRESS);
    assertThat(connections.admit(at("2001:db8:0:2::1"), door))
        .isInstanceOf(Connections.Place.class);
  }

  @Test
  void a_unix_socket_has_no_share() {
    var connections = new Connections(new ConnectionOptions(100, 1, 100));
    assertThat(fill(connections, UNIX)).hasSize(100 + Connections.RESERVED);
  }

  @Test
  void a_listener_gets_its_share_and_others_get_theirs() {
    var connections = new Connections(new ConnectionOptions(5, 5, 2));
    var other = new Connections.Entrance();
    var places = fill(connections, at("192.0.2.1"));
    assertThat(places).hasSize(2);
    assertThat(connections.admit(at("192.0.2.2"), door)).isEqualTo(Connections.Refused.LISTENER);
    assertThat(connections.admit(at("192.0.2.2"), other)).isInstanceOf(Connections.Place.class);
    places.getFirst().leave();
    assertThat(fill(connections, at("192.0.2.3"))).hasSize(1);
    assertThat(fill(connections, at("127.0.0.1"))).hasSize(Connections.RESERVED_LOOPBACK);
    assertThat(connections.open()).isEqualTo(3 + Connections.RESERVED_LOOPBACK);
  }

  @Test
  void whoever_comes_and_goes_the_count_is_exact_and_nothing_is_remembered_of_who_is_gone() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var connections = new Connections(new ConnectionOptions(20, 5, 20));
    var open = new ArrayList<Connections.Place>();
    for (int i = 0; i < 10_000; i++) {
      if (random.nextBoolean() && !open.isEmpty()) {
        open.remove(random.nextInt(open.size())).leave();
      } else if (connections.admit(anyone(random), door) instanceof Connections.Place place) {
        open.add(place);
      }
      assertThat(connections.open()).as("seed %d", seed).isEqualTo(open.size());
      assertThat(open.size()).as("seed %d", seed).isLessThanOrEqualTo(20 + Connections.RESERVED);
    }
    open.forEach(Connections.Place::leave);
    assertThat(connections.open()).as("seed %d", seed).isZero();
    assertThat(connections.addresses()).as("seed %d", seed).isZero();
  }

  private static SocketAddress anyone(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> UNIX;
      case 1 -> at("127.0.0.1");
      case 2 -> at("2001:db8:0:" + random.nextInt(10) + "::1");
      default -> at("192.0.2." + random.nextInt(10));
    };
  }
}
