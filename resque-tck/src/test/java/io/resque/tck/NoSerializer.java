package io.resque.tck;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/** A serializer that nobody has written yet. */
record NoSerializer() implements JobSerializer {
    @Override
    public Payload encode(@Nullable Object tree) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Object decode(Payload payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Object convert(@Nullable Object tree, Type type) {
        throw new UnsupportedOperationException();
    }
}
