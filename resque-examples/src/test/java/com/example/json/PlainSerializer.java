package com.example.json;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

final class PlainSerializer implements JobSerializer {
    @Override
    public Payload encode(@Nullable Object tree) {
        return Payload.ofText(TreeWriter.write(tree));
    }

    @Override
    public @Nullable Object decode(Payload payload) {
        return StrictReader.read(JsonRules.decodeUtf8(payload));
    }

    @Override
    public @Nullable Object convert(@Nullable Object tree, Type type) {
        if (tree == null) {
            return null;
        }
        JsonRules.requireWritable(tree);
        try {
            return TreeConverter.convert(tree, type);
        } catch (RuntimeException | ReflectiveOperationException e) {
            throw JsonRules.doesNotFit(tree, type, e.getMessage(), e);
        }
    }
}
