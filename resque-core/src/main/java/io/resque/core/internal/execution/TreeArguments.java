package io.resque.core.internal.execution;

import io.resque.api.JobArgumentException;
import io.resque.api.JobArguments;
import io.resque.api.JobType;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.wire.ArgumentReader;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

final class TreeArguments implements JobArguments, JobType.RecordReader {
    private final String jobClass;
    private final List<@Nullable Object> values;
    private final Map<Class<?>, Function<Object, ?>> converters;
    private final JobSerializer serializer;

    TreeArguments(
            String jobClass,
            List<@Nullable Object> values,
            Map<Class<?>, Function<Object, ?>> converters,
            JobSerializer serializer) {
        this.jobClass = jobClass;
        this.values = ReadOnlyTree.of(values);
        this.converters = converters;
        this.serializer = serializer;
    }

    @Override
    public int size() {
        return values.size();
    }

    @Override
    public List<@Nullable Object> asList() {
        return values;
    }

    @Override
    public @Nullable Object get(int index) {
        if (index < 0 || index >= values.size()) {
            throw new JobArgumentException(jobClass + " has no argument " + index + "; it was given " + values.size());
        }
        return values.get(index);
    }

    @Override
    public <T> T get(int index, Class<T> type) {
        return boxed(type).cast(get(index, (Type) type));
    }

    @Override
    @SuppressWarnings("unchecked") // the caller names the type
    public <T> T get(int index, Type type) {
        return (T) reader(converters).value("Argument " + index, get(index), type);
    }

    @Override
    public Map<String, @Nullable Object> asMap() {
        Object only = values.size() == 1 ? values.get(0) : null;
        if (only instanceof Map<?, ?> map) {
            @SuppressWarnings("unchecked") // a tree's maps have string keys
            Map<String, @Nullable Object> named = (Map<String, @Nullable Object>) map;
            return named;
        }
        boolean nothing = values.isEmpty()
                || values.size() == 1 && (only == null || List.of().equals(only));
        if (nothing) {
            return Map.of();
        }
        throw new JobArgumentException(jobClass + " was not given one map but " + values.size() + " argument"
                + (values.size() == 1 ? ", " + JsonRules.kind(only) : "s"));
    }

    /** PHP sends an empty array, or null, where there is nothing to send. */
    private boolean isNothing() {
        return values.isEmpty()
                || values.size() == 1 && (values.get(0) == null || List.of().equals(values.get(0)));
    }

    @Override
    public @Nullable Object get(String key) {
        Map<String, @Nullable Object> map = asMap();
        if (!map.containsKey(key)) {
            throw new JobArgumentException(jobClass + " has no argument \"" + key + "\"; it was given " + map.keySet());
        }
        return map.get(key);
    }

    @Override
    public <T> T get(String key, Class<T> type) {
        return boxed(type).cast(reader(converters).value("Argument \"" + key + "\"", get(key), type));
    }

    @Override
    public <T> T as(Class<T> type) {
        return boxed(type).cast(as((Type) type));
    }

    @Override
    @SuppressWarnings("unchecked") // the caller names the type
    public <T> T as(Type type) {
        ArgumentReader reader = reader(converters);
        if (type instanceof Class<?> record && record.isRecord() && !converters.containsKey(record)) {
            return (T) reader.record(record, values, true);
        }
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            return (T) reader.list(values, generic.getActualTypeArguments()[0]);
        }
        boolean named = values.size() == 1 && values.get(0) instanceof Map;
        boolean listWanted = type instanceof Class<?> c && (c.isArray() || Collection.class.isAssignableFrom(c));
        return named || isNothing() && type instanceof Class<?> && !listWanted
                ? (T) reader.value("Argument 0", asMap(), type)
                : (T) reader.value("The list of arguments", values, type);
    }

    @Override
    public <T> T as(JobType<T> type) {
        return type.codec().read(this, this);
    }

    @Override
    public <R> R read(Class<R> record, boolean map, Map<Class<?>, Function<Object, ?>> own) {
        return reader(own.isEmpty() ? converters : own).record(record, values, map);
    }

    private ArgumentReader reader(Map<Class<?>, Function<Object, ?>> known) {
        return new ArgumentReader(jobClass, known, serializer);
    }

    @SuppressWarnings("unchecked")
    private static <T> Class<T> boxed(Class<T> type) {
        return type.isPrimitive()
                ? (Class<T>) java.lang.invoke.MethodType.methodType(type).wrap().returnType()
                : type;
    }
}
