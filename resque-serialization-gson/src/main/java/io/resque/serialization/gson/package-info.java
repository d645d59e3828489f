/** The adapter for Gson: {@link io.resque.serialization.gson.GsonSerializerProvider}. */
@NullMarked
package io.resque.serialization.gson;

import org.jspecify.annotations.NullMarked;
