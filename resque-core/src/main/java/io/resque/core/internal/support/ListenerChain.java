package io.resque.core.internal.support;

import io.resque.api.EnqueueCall;
import io.resque.api.JobContext;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import io.resque.api.TypeNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The listeners of a {@code Resque}, or of one of its workers, which hear after those of the {@code Resque}. Thread-safe. */
public final class ListenerChain implements Listeners {
    private static final Logger LOG = Log.WORKER;

    private final @Nullable ListenerChain outer;
    private final CopyOnWriteArrayList<ResqueListener> own = new CopyOnWriteArrayList<>();

    /** The listeners of this chain that override an event of every job. A worker asks for them at every job, so they are found here. */
    private volatile List<ResqueListener> ofJobs = List.of();

    /** The listeners of this chain that follow calls that enqueue. */
    private volatile List<ResqueListener> ofCalls = List.of();

    private ListenerChain(@Nullable ListenerChain outer) {
        this.outer = outer;
    }

    public static ListenerChain ofResque() {
        return new ListenerChain(null);
    }

    public ListenerChain ofWorker() {
        return new ListenerChain(this);
    }

    /** The listeners of this moment of this and all these, each once. */
    public ListenerChain with(Collection<ListenerChain> workers) {
        Set<ResqueListener> each = Collections.newSetFromMap(new IdentityHashMap<>());
        ListenerChain all = new ListenerChain(null);
        Stream.concat(Stream.of(this), workers.stream())
                .flatMap(events -> events.all().stream())
                .filter(each::add)
                .forEach(all::listen);
        return all;
    }

    @Override
    public synchronized void listen(ResqueListener listener) {
        own.add(Objects.requireNonNull(listener, "listener"));
        sort();
    }

    @Override
    public synchronized boolean stopListening(ResqueListener listener) {
        boolean removed = own.remove(listener);
        sort();
        return removed;
    }

    private void sort() {
        ofJobs = own.stream().filter(ListenerChain::hearsOfJobs).toList();
        ofCalls = own.stream().filter(ListenerChain::followsCalls).toList();
    }

    private static boolean hearsOfJobs(ResqueListener listener) {
        return overrides(listener, "jobTaken", String.class, JobInfo.class)
                || overrides(listener, "runMetadata", String.class, JobInfo.class)
                || overrides(listener, "jobEnded", String.class, JobInfo.class, JobEnd.class);
    }

    private static boolean followsCalls(ResqueListener listener) {
        return overrides(listener, "enqueueBegins", EnqueueCall.class);
    }

    /** The events of a run that a listener overrides. They are called where the job runs. */
    public static List<String> eventsOfARun(ResqueListener listener) {
        List<String> events = new ArrayList<>();
        ofARun().forEach((event, parameters) -> {
            if (overrides(listener, event, parameters)) {
                events.add(event);
            }
        });
        return events;
    }

    private static Map<String, Class<?>[]> ofARun() {
        Map<String, Class<?>[]> events = new LinkedHashMap<>();
        events.put("afterFork", new Class<?>[] {JobContext.class});
        events.put("beforePerform", new Class<?>[] {JobContext.class});
        events.put("aroundPerform", new Class<?>[] {JobContext.class, ResqueListener.Run.class});
        events.put("afterPerform", new Class<?>[] {JobContext.class});
        events.put("onFailure", new Class<?>[] {JobContext.class, Throwable.class});
        return events;
    }

    private static boolean overrides(ResqueListener listener, String event, Class<?>... parameters) {
        try {
            return listener.getClass().getMethod(event, parameters).getDeclaringClass() != ResqueListener.class;
        } catch (ReflectiveOperationException | LinkageError e) { // then it is called, which is never wrong
            return true;
        }
    }

    /** The listeners of this moment that hear of every job, in the order in which they hear. */
    public List<ResqueListener> ofJobs() {
        return both(outer == null ? List.of() : outer.ofJobs, ofJobs);
    }

    /** The listeners of this moment that follow calls that enqueue, in the order in which they hear. */
    public List<ResqueListener> ofCalls() {
        return both(outer == null ? List.of() : outer.ofCalls, ofCalls);
    }

    private static List<ResqueListener> both(List<ResqueListener> first, List<ResqueListener> then) {
        if (first.isEmpty() || then.isEmpty()) {
            return first.isEmpty() ? then : first;
        }
        List<ResqueListener> both = new ArrayList<>(first);
        both.addAll(then);
        return both;
    }

    /** All listeners of this moment, in the order in which they hear. */
    public List<ResqueListener> all() {
        if (outer == null || outer.own.isEmpty()) {
            return own.isEmpty() ? List.of() : List.copyOf(own);
        }
        List<ResqueListener> all = new ArrayList<>(outer.own);
        all.addAll(own);
        return all;
    }

    /** Tells all listeners; the first that throws ends it. */
    public void tell(Consumer<ResqueListener> event) {
        all().forEach(event);
    }

    /** Tells all listeners; an exception of a listener is logged and changes nothing. */
    public void announce(String what, Consumer<ResqueListener> event) {
        announce(all(), what, event);
    }

    /** Tells these listeners; an exception of a listener is logged and changes nothing. */
    public static void announce(List<ResqueListener> listeners, String what, Consumer<ResqueListener> event) {
        for (ResqueListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable e) { // other languages throw checked ones, too
                String type = TypeNames.of(listener.getClass());
                Throwables.log(e, shown -> LOG.warn("{} of {} threw; it changes nothing", what, type, shown));
            }
        }
    }
}
