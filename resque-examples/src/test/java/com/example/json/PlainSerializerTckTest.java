package com.example.json;

import io.resque.api.spi.JobSerializerProvider;
import io.resque.tck.JobSerializerTck;

class PlainSerializerTckTest extends JobSerializerTck {
    @Override
    protected JobSerializerProvider provider() {
        return new PlainSerializerProvider();
    }
}
