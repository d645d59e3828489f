package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pages as a servlet of an application. */
class JettyServletTest extends ServerRules {
    private final Server server = new Server(0);

    JettyServletTest() throws Exception {
        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath("/admin");
        context.addServlet(new ServletHolder(new ResqueWebServlet(web)), "/jobs/*");
        server.setHandler(context);
        server.start();
    }

    @Override
    int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    @Override
    String mount() {
        return "/admin/jobs";
    }

    @Override
    @AfterEach
    void close() throws Exception {
        server.stop();
        super.close();
    }

    @Test
    void withoutTheSlashTheBrowserIsSentToIt() throws IOException {
        assertThat(get("").headers()).containsEntry("location", "./jobs/");
    }
}
