package io.resque.launcher.internal.pool;

import io.resque.api.ConfigurationException;
import io.resque.api.JobModule;
import io.resque.api.TypeNames;
import io.resque.api.spi.JobExecutorHost;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.TreeWriter;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a child must load before its first job.
 *
 * @param modules class names
 * @param serializer class name
 * @param mayLeave null if a child runs one job; otherwise the memory limit, then the kinds of things that a job may leave behind
 * @param converted names of the classes whose converters only the worker has
 */
record ChildSetup(
        List<String> modules, String serializer, @Nullable List<?> mayLeave, List<String> converted) {
    private static final String WAY_OUT =
            "Register jobs in a public class with a public constructor without parameters "
                    + "that implements JobModule, and give it to the worker: .module(new MyJobs())";

    /**
     * The modules and the serializer of a worker.
     *
     * @throws ConfigurationException if another process cannot load a job or a module
     */
    static ChildSetup of(JobExecutorHost host, ChildOptions options) {
        Set<String> local = host.localJobs();
        if (!local.isEmpty()) {
            throw new ConfigurationException("A child process cannot run " + quoted(local)
                    + ", registered on the worker's builder or made by its JobFactory, which a child does not have. "
                    + WAY_OUT);
        }
        List<String> names = new ArrayList<>();
        for (JobModule module : host.modules()) {
            Class<?> type = module.getClass();
            if (!isLoadable(type)) {
                throw new ConfigurationException("A child process cannot load the module that is "
                        + TypeNames.withArticle(type) + ". " + WAY_OUT);
            }
            names.add(type.getName());
        }
        List<String> converted =
                host.converted().stream().map(Class::getName).sorted().toList();
        return new ChildSetup(names, host.serializer().getClass().getName(), mayLeave(options), converted);
    }

    private static @Nullable List<?> mayLeave(ChildOptions options) {
        if (!options.recycles()) {
            return null;
        }
        List<Object> mayLeave = new ArrayList<>(options.mayLeave());
        mayLeave.add(0, options.memoryLimit());
        return mayLeave;
    }

    private static String quoted(Set<String> names) {
        return "\"" + String.join("\", \"", names) + "\"";
    }

    private static boolean isLoadable(Class<?> type) {
        if (type.isHidden() || !Modifier.isPublic(type.getModifiers())) {
            return false;
        }
        try {
            type.getConstructor();
            return true;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    byte[] frame() {
        return TreeWriter.frame(FrameType.SETUP, Arrays.asList(modules, serializer, mayLeave, converted));
    }
}
