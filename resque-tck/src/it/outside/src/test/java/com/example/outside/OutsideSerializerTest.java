package com.example.outside;

import io.resque.api.spi.JobSerializerProvider;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.tck.JobSerializerTck;

class OutsideSerializerTest extends JobSerializerTck {
    @Override
    protected JobSerializerProvider provider() {
        return new GsonSerializerProvider();
    }
}
