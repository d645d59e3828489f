package io.resque.benchmarks;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.serialization.jackson.JacksonSerializerProvider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Measures the serializers: {@code bin/benchmark jmh}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SerializerBenchmark {
    /** Name of the measured serializer. */
    @Param({"gson", "jackson"})
    public String serializer = "gson";

    /** The approximate size of the argument in bytes. */
    @Param({"20", "2000"})
    public int size;

    private @Nullable JobSerializer json;
    private @Nullable Map<String, Object> tree;
    private @Nullable Payload payload;

    /** Creates a payload. */
    @Setup
    public void prepare() {
        json = serializer.equals("gson")
                ? new GsonSerializerProvider().create()
                : new JacksonSerializerProvider().create();
        tree = Map.of("class", "Noop", "args", List.of(1L, "x".repeat(size), Map.of("name", "Chris")));
        payload = json.encode(tree);
    }

    /**
     * Measures writing a payload.
     *
     * @return the payload
     */
    @Benchmark
    public Payload encode() {
        return json.encode(tree);
    }

    /**
     * Measures reading a payload.
     *
     * @return the tree
     */
    @Benchmark
    public @Nullable Object decode() {
        return json.decode(payload);
    }
}
