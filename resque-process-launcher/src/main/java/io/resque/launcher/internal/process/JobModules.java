package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import io.resque.api.JobModule;
import io.resque.api.TypeNames;
import io.resque.core.WorkerBuilder;
import io.resque.launcher.internal.support.ThrownText;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The modules of a worker: those that APP_INCLUDE names, or else those that the class path offers. */
final class JobModules {
    private final List<JobModule> modules;

    private JobModules(List<JobModule> modules) {
        this.modules = modules;
    }

    /**
     * Loads the modules.
     *
     * @param names of classes, separated by commas; empty for those of the class path
     * @throws ConfigurationException if one cannot be loaded, or there is none
     */
    static JobModules named(String names) {
        List<JobModule> modules = new ArrayList<>();
        for (String name : EnvironmentReader.parts(names)) {
            modules.add(load(name));
        }
        if (modules.isEmpty()) {
            try {
                ServiceLoader.load(JobModule.class).forEach(modules::add);
            } catch (ServiceConfigurationError e) {
                throw new ConfigurationException(
                        "A JobModule that META-INF/services/io.resque.api.JobModule names cannot be loaded: "
                                + e.getMessage() + "; mend or remove its jar, or name the modules in APP_INCLUDE",
                        e);
            }
        }
        if (modules.isEmpty()) {
            throw new ConfigurationException("No job is known: name your JobModule and where it is,"
                    + " APP_INCLUDE=com.acme.MyJobs CLASSPATH=/opt/acme/jobs.jar");
        }
        return new JobModules(modules);
    }

    /** Adds the modules to a worker, which registers their jobs. */
    void addTo(WorkerBuilder worker) {
        for (JobModule module : modules) {
            try {
                worker.module(module);
            } catch (RuntimeException | Error e) { // such as a class that is missing
                throw new ConfigurationException(
                        "The module " + TypeNames.of(module.getClass()) + " cannot register its jobs: "
                                + ThrownText.of(e) + "; mend it, or put what it needs into CLASSPATH",
                        e);
            }
        }
    }

    private static JobModule load(String name) {
        try {
            Object module = Class.forName(name).getDeclaredConstructor().newInstance();
            if (module instanceof JobModule jobs) {
                return jobs;
            }
            throw new ConfigurationException("APP_INCLUDE names " + name + ", which is no io.resque.api.JobModule");
        } catch (ClassNotFoundException e) {
            throw new ConfigurationException(
                    "APP_INCLUDE names " + name
                            + ", which is not on the class path; put its jar or folder into CLASSPATH",
                    e);
        } catch (ReflectiveOperationException | LinkageError e) {
            Throwable why = e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
            throw new ConfigurationException(
                    "APP_INCLUDE names " + name + ", which cannot be loaded: " + ThrownText.of(why)
                            + "; it needs a public class with a public constructor without parameters",
                    e);
        }
    }
}
