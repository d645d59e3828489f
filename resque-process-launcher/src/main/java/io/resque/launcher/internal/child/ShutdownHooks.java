package io.resque.launcher.internal.child;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The registered shutdown hooks, and newer ones. Java shows them only if java.lang is open, which the worker sees to. */
final class ShutdownHooks {
    private final @Nullable Field field = field();
    private final int number;
    private final List<Thread> known;

    ShutdownHooks() {
        this.known = all();
        this.number = known.size();
    }

    private static @Nullable Field field() {
        try {
            Field field = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
            field.setAccessible(true);
            return field;
        } catch (ReflectiveOperationException | RuntimeException e) {
            return null;
        }
    }

    private @Nullable Map<?, ?> hooks() {
        try {
            return field == null ? null : (Map<?, ?>) field.get(null);
        } catch (IllegalAccessException e) {
            return null;
        }
    }

    private List<Thread> all() {
        Map<?, ?> hooks = hooks();
        List<Thread> all = new ArrayList<>();
        if (hooks != null && field != null) {
            synchronized (field.getDeclaringClass()) { // as its methods are
                for (Object hook : hooks.keySet()) {
                    all.add((Thread) hook);
                }
            }
        }
        return all;
    }

    /** Hooks that a job has added. Java's own classes of hooks, such as that of its log, do not count. */
    List<Thread> added() {
        Map<?, ?> hooks = hooks();
        if (hooks == null || hooks.size() == number) {
            return List.of();
        }
        List<Thread> added = new ArrayList<>();
        for (Thread hook : all()) {
            boolean ofJava = hook.getClass() != Thread.class && hook.getClass().getClassLoader() == null;
            if (!ofJava && !known.contains(hook)) {
                added.add(hook);
            }
        }
        return added;
    }
}
