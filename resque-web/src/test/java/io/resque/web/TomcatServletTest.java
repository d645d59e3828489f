package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages as a servlet of an application in another container. */
class TomcatServletTest extends ServerRules {
    @TempDir
    Path folder;

    private final Tomcat tomcat = new Tomcat();

    @BeforeEach
    void start() throws Exception {
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        tomcat.setSilent(true);
        Context context = tomcat.addContext("/admin", folder.toString());
        ((StandardContext) context).setClearReferencesThreadLocals(false); // it would ask for options of the JVM
        ((StandardContext) context).setClearReferencesRmiTargets(false);
        Tomcat.addServlet(context, "jobs", new ResqueWebServlet(web)).addMapping("/jobs/*");
        tomcat.getConnector();
        tomcat.start();
    }

    @Override
    int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    String mount() {
        return "/admin/jobs";
    }

    @Override
    @AfterEach
    void close() throws Exception {
        tomcat.stop();
        tomcat.destroy();
        super.close();
    }

    @Test
    void withoutTheSlashTheBrowserIsSentToIt() throws IOException {
        assertThat(get("").headers()).containsEntry("location", "./jobs/");
    }
}
