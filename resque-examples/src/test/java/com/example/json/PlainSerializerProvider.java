package com.example.json;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JobSerializerProvider;

/** The entry point of the adapter, which ServiceLoader finds. */
public final class PlainSerializerProvider implements JobSerializerProvider {
    @Override
    public String name() {
        return "plain";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public JobSerializer create() {
        return new PlainSerializer();
    }
}
