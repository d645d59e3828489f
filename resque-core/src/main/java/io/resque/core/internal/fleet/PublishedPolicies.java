package io.resque.core.internal.fleet;

import io.resque.api.BackendException;
import io.resque.api.MalformedPayloadException;
import io.resque.api.Retry;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import io.resque.core.internal.support.Log;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The retry policies of workers as data in Redis. A process that recovers a dead worker goes by the policies of that worker, since it
 * may know none of its jobs, or have other policies for them. Thread-safe.
 */
public final class PublishedPolicies {
    private static final Logger LOG = Log.WORKER;

    /** The attribute of a worker that names its policies. */
    private static final String ATTRIBUTE = "policies";

    private final Workers workers;
    private final JobSerializer serializer;
    private final Map<String, Payload> own = new ConcurrentHashMap<>();

    public PublishedPolicies(Workers workers, JobSerializer serializer) {
        this.workers = workers;
        this.serializer = serializer;
    }

    /** The attributes of a worker with what names its policies. */
    public Map<String, String> with(Map<String, String> attributes, Map<String, Retry> policies) {
        if (policies.isEmpty()) {
            return attributes;
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        policies.forEach((jobClass, policy) -> tree.put(jobClass, policy.toTree()));
        Payload data = serializer.encode(tree);
        String name = sha1(data);
        own.put(name, data);
        Map<String, String> more = new LinkedHashMap<>(attributes);
        more.put(ATTRIBUTE, name);
        return more;
    }

    /** Writes all policies of this process, before the first worker registers that names them, and again before they expire. */
    public void publish() {
        own.forEach(workers::keepPolicies);
    }

    /** The same with each heartbeat, which goes on whatever happens here. */
    void renew() {
        try {
            publish();
        } catch (BackendException e) {
            LOG.warn("The retry policies were not renewed this time: {}", JsonRules.forLog(e.getMessage()));
        }
    }

    /** What follows from the death of this worker over a job of this class. */
    Optional<Retry> of(WorkerSnapshot dead, String jobClass) {
        String name = dead.attributes().get(ATTRIBUTE);
        if (name == null) {
            return Optional.empty();
        }
        Payload data = workers.policies(name).orElse(null);
        try {
            return data != null && serializer.decode(data) instanceof Map<?, ?> all && all.get(jobClass) != null
                    ? Optional.of(Retry.ofTree(all.get(jobClass)))
                    : Optional.empty();
        } catch (MalformedPayloadException | IllegalArgumentException e) { // another program has written there
            return Optional.empty();
        }
    }

    private static String sha1(Payload data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(data.toBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-1", e);
        }
    }
}
