package io.headrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutBuffersTest {
  private final UnpooledByteBufAllocator allocator =
      new UnpooledByteBufAllocator(/* preferDirect= */ true);

  @Test
  void a_buffer_comes_back_empty_and_as_large_as_it_grew() {
    try (var buffers = new OutBuffers(allocator)) {
      ByteBuf first = buffers.take();
      first.writeZero(3 * OutLimits.START_BYTES);
      int grown = first.capacity();
      buffers.give(first);
      ByteBuf second = buffers.take();
      assertThat(second).isSameAs(first);
      assertThat(second.readableBytes()).isZero();
      assertThat(second.capacity()).isEqualTo(grown);
      buffers.give(second);
    }
  }

  @Test
  void no_more_memory_is_kept_than_it_says() {
    try (var buffers = new OutBuffers(allocator)) {
      List<ByteBuf> taken = new ArrayList<>();
      for (int i = 0; i < 3 * OutBuffers.KEPT_MAX; i++) {
        ByteBuf buffer = buffers.take();
        buffer.ensureWritable(i % 2 == 0 ? OutBuffers.KEPT_BYTES_MAX : OutLimits.START_BYTES);
        taken.add(buffer);
      }
      taken.forEach(buffers::give);
      assertThat(allocator.metric().usedDirectMemory())
          .isPositive()
          .isLessThanOrEqualTo((long) OutBuffers.KEPT_MAX * OutBuffers.KEPT_BYTES_MAX);
      ByteBuf large = buffers.take().ensureWritable(OutBuffers.KEPT_BYTES_MAX + 1);
      buffers.give(large);
      assertThat(large.refCnt()).isZero();
    }
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }
}
