package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages as a servlet of an application in another container, which is started once. */
class TomcatServletTest extends ServerRules {
    private static final Tomcat TOMCAT = new Tomcat();

    @TempDir
    private static Path folder;

    /** That of the test. */
    private static volatile ResqueWebServlet pages;

    @BeforeAll
    static void start() throws Exception {
        TOMCAT.setBaseDir(folder.toString());
        TOMCAT.setPort(0);
        TOMCAT.setSilent(true);
        StandardContext context = (StandardContext) TOMCAT.addContext("/admin", folder.toString());
        context.setClearReferencesThreadLocals(false); // it would ask for options of the JVM
        context.setClearReferencesRmiTargets(false);
        HttpServlet servlet = new HttpServlet() {
            @Override
            public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
                pages.service(request, response);
            }
        };
        Tomcat.addServlet(context, "jobs", servlet).addMapping("/jobs/*");
        TOMCAT.start();
    }

    @AfterAll
    static void stop() throws Exception {
        TOMCAT.stop();
        TOMCAT.destroy();
    }

    TomcatServletTest() {
        pages = new ResqueWebServlet(web);
    }

    @Override
    int port() {
        return TOMCAT.getConnector().getLocalPort();
    }

    @Override
    String mount() {
        return "/admin/jobs";
    }

    @Test
    void withoutTheSlashTheBrowserIsSentToIt() throws IOException {
        assertThat(get("").headers()).containsEntry("location", "./jobs/");
    }
}
