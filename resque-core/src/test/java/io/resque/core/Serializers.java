package io.resque.core;

import io.resque.api.spi.JobSerializer;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.serialization.jackson.JacksonSerializerProvider;

/** The serializers of the tests of this module. They stand apart from {@link CoreRedis}, which starts a Redis. */
public final class Serializers {
    public static final JobSerializer GSON = new GsonSerializerProvider().create();
    public static final JobSerializer JACKSON = new JacksonSerializerProvider().create();

    private Serializers() {}
}
