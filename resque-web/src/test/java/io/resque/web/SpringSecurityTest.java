package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.catalina.Context;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.web.DefaultSecurityFilterChain;
import org.springframework.security.web.FilterChainProxy;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.csrf.HttpSessionCsrfTokenRepository;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;

/** The pages behind Spring Security's filter, which refuses each form without its token. */
@Timeout(60)
class SpringSecurityTest {
    @TempDir
    Path folder;

    private final Resque resque = Resque.connect("memory:");
    private final Tomcat tomcat = new Tomcat();
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    @BeforeEach
    void start() throws Exception {
        tomcat.setBaseDir(folder.toString());
        tomcat.setPort(0);
        tomcat.setSilent(true);
        StandardContext context = (StandardContext) tomcat.addContext("", folder.toString());
        context.setClearReferencesThreadLocals(false); // it would ask for options of the JVM
        context.setClearReferencesRmiTargets(false);
        protect(context);
        ResqueWeb web =
                ResqueWeb.builder().add("shop", resque).access(Access.ALL).build();
        Tomcat.addServlet(context, "jobs", new ResqueWebServlet(web)).addMapping("/admin/jobs/*");
        tomcat.start();
    }

    private static void protect(Context context) {
        FilterDef filter = new FilterDef();
        filter.setFilterName("springSecurityFilterChain");
        filter.setFilter(new FilterChainProxy(new DefaultSecurityFilterChain(
                AnyRequestMatcher.INSTANCE, new CsrfFilter(new HttpSessionCsrfTokenRepository()))));
        context.addFilterDef(filter);
        FilterMap everywhere = new FilterMap();
        everywhere.setFilterName(filter.getFilterName());
        everywhere.addURLPattern("/*");
        context.addFilterMap(everywhere);
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
        resque.close();
    }

    private URI at(String path) {
        return URI.create("http://localhost:" + tomcat.getConnector().getLocalPort() + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(URI to, String form) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(to)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    }

    @Test
    void aButtonHasTheTokenAndWorks() throws Exception {
        resque.enqueue("mail", "Send");
        URI queue = at("/admin/jobs/queues/mail");
        assertThat(post(queue, "do=clear").statusCode()).as("without a token").isEqualTo(403);
        assertThat(resque.inspector().queueSize("mail")).isEqualTo(1);
        Element form = Jsoup.parse(send(HttpRequest.newBuilder(queue)).body(), queue.toString())
                .select("form[method=post]")
                .stream()
                .filter(each -> each.text().equals("Remove all jobs"))
                .findFirst()
                .orElseThrow();
        String fields = form.select("input[name]").stream()
                .map(input -> input.attr("name") + "=" + URLEncoder.encode(input.attr("value"), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        assertThat(fields).contains("_csrf=");
        assertThat(post(URI.create(form.absUrl("action")), fields).statusCode()).isEqualTo(303);
        assertThat(resque.inspector().queueSize("mail")).isZero();
    }
}
