package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import io.resque.web.Access;
import io.resque.web.ResqueWeb;
import io.resque.web.ResqueWebServlet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** When the pages are mounted; the trial of the application has them behind Spring Security. */
class PagesTest {
    private final WebApplicationContextRunner web = new WebApplicationContextRunner()
            .withConfiguration(Runners.all())
            .withPropertyValues("resque.url=memory:pages");

    @Test
    void thePagesMustBeTurnedOn() {
        web.run(context -> assertThat(context).doesNotHaveBean(ResqueWeb.class));
        Runners.inMemory()
                .withPropertyValues("resque.web.enabled=true")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(ResqueWeb.class));
        web.withPropertyValues("resque.web.enabled=true")
                .withClassLoader(new FilteredClassLoader("io.resque.web"))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("resqueWeb"));
    }

    @Test
    @SuppressWarnings("unchecked")
    void theyStandUnderTheirPathAndChangeNothing() {
        web.withPropertyValues("resque.web.enabled=true", "resque.web.path=/admin/jobs")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    ServletRegistrationBean<ResqueWebServlet> servlet = context.getBean(ServletRegistrationBean.class);
                    assertThat(servlet.getUrlMappings()).isEqualTo(Set.of("/admin/jobs/*"));
                    assertThat(context.getBean(ResqueWebProperties.class).access())
                            .isEqualTo(Access.READ);

                    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/admin/jobs/workers");
                    request.setServletPath("/admin/jobs");
                    request.setPathInfo("/workers");
                    MockHttpServletResponse response = new MockHttpServletResponse();
                    servlet.getServlet().service(request, response);
                    assertThat(response.getStatus()).isEqualTo(200);
                });
    }

    @Test
    void aWrongPathIsRefused() {
        for (String path : List.of("resque", "/resque/", "/resque/*", "/")) {
            web.withPropertyValues("resque.web.enabled=true", "resque.web.path=" + path)
                    .run(context ->
                            assertThat(context).getFailure().rootCause().hasMessageContaining("resque.web.path"));
        }
    }

    @Test
    void theApplicationCanMakeThePagesItself() {
        web.withPropertyValues("resque.web.enabled=true")
                .withBean(
                        "own",
                        ResqueWeb.class,
                        () -> ResqueWeb.builder()
                                .add("shop", Resque.connect("memory:own"))
                                .build())
                .run(context -> assertThat(context).hasSingleBean(ResqueWeb.class));
    }
}
