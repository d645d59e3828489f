package io.resque.examples;

import io.resque.core.Resque;
import io.resque.web.Access;
import io.resque.web.ResqueWeb;
import io.resque.web.ResqueWebServer;
import io.resque.web.ResqueWebServlet;
import jakarta.servlet.ServletContext;
import java.nio.file.Path;
import java.util.List;

/** The snippets of docs/web.md. */
final class WebGuide {
    private WebGuide() {}

    static ResqueWebServer onThisMachine(Resque resque) {
        ResqueWeb web = ResqueWeb.builder().add("shop", resque).build();
        ResqueWebServer server = web.start("127.0.0.1", 5678);
        return server;
    }

    static void inAnApplication(Resque resque, ServletContext servletContext) {
        ResqueWeb web = ResqueWeb.builder()
                .add("shop", resque)
                .access(visitor -> visitor.hasRole("operator") ? Access.ALL : Access.READ)
                .build();
        servletContext.addServlet("jobs", new ResqueWebServlet(web)).addMapping("/admin/jobs/*");
    }

    static ResqueWebServer behindAProxy(Resque shop, Resque blog) {
        return ResqueWeb.builder()
                .add("shop", shop)
                .add("blog", blog)
                .access(Access.ALL)
                .passwords(Path.of("/etc/resque/users"))
                .host("jobs.example.com")
                .build()
                .start("0.0.0.0", 5678);
    }

    static ResqueWeb withAnAudit(Resque resque, List<String> audit) {
        return ResqueWeb.builder()
                .add("shop", resque)
                .access(Access.ALL)
                .onWrite(write -> audit.add(write.user().orElse("somebody") + " of " + write.from() + ": "
                        + write.action() + " " + write.address()))
                .build();
    }

    static ResqueWeb withoutSecrets(Resque resque) {
        return ResqueWeb.builder()
                .add("shop", resque)
                .arguments((job, text) -> job.jobClass().equals("Login") ? "hidden" : text)
                .build();
    }
}
