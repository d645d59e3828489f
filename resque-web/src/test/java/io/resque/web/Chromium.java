package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The browser of the PATH, without a window. */
final class Chromium implements AutoCloseable {
    private static final String AXE = resource("/axe.min.js");

    /** It warns of each browser that is newer than itself. Loggers are forgotten unless somebody holds them. */
    private static final Logger LOG = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Empty if there is no {@code chromium} or no {@code chromedriver}. Nothing is downloaded. */
    static Optional<Chromium> start() {
        Optional<Path> browser = program("chromium");
        Optional<Path> service = program("chromedriver");
        if (browser.isEmpty() || service.isEmpty()) {
            return Optional.empty();
        }
        LOG.setLevel(Level.SEVERE);
        LoggingPreferences console = new LoggingPreferences();
        console.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions()
                .setBinary(browser.get().toString())
                .addArguments(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-dev-shm-usage",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--no-first-run",
                        "--lang=en",
                        "--hide-scrollbars");
        options.setCapability(ChromeOptions.LOGGING_PREFS, console);
        return Optional.of(new Chromium(new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(service.get().toFile())
                        .usingAnyFreePort()
                        .build(),
                options)));
    }

    private static Optional<Path> program(String name) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static String resource(String name) {
        try (InputStream file = Chromium.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void open(String address) {
        driver.get(address);
    }

    String address() {
        return driver.getCurrentUrl();
    }

    /** What can be seen of the first element. */
    String text(String selector) {
        return texts(selector).get(0);
    }

    /** What can be seen of all elements, in one look, since pages renew themselves. */
    @SuppressWarnings("unchecked")
    List<String> texts(String selector) {
        return (List<String>) run(
                "return [...document.querySelectorAll(arguments[0])].map(each => each.checkVisibility() ? each.innerText.trim() : '')",
                selector);
    }

    Object run(String script, Object... values) {
        return driver.executeScript(script, values);
    }

    /** As a person types, into what has the focus. */
    void type(CharSequence keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    /** Fills fields of a form as scripts do. */
    void fill(String selector, String value) {
        run("document.querySelector(arguments[0]).value = arguments[1]", selector, value);
    }

    /** The first button with a text; then the page that follows is there. */
    void press(String button) {
        By place = By.xpath("//main//button[normalize-space()='" + button + "']");
        assertThat(driver.findElements(place))
                .as("%s on %s, which has %s", button, address(), texts("main button"))
                .isNotEmpty();
        run("window.left = true");
        await().ignoreExceptionsInstanceOf(StaleElementReferenceException.class).until(() -> {
            driver.findElement(place).click();
            return true;
        });
        await().ignoreExceptions()
                .until(() -> run("return !window.left && document.readyState === 'complete'")
                        .equals(true));
    }

    /** The addresses of all links of the page. */
    @SuppressWarnings("unchecked")
    List<String> links() {
        return (List<String>) run("return [...document.querySelectorAll('a[href]')].map(link => link.href)");
    }

    void dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    void size(int width, int height, boolean phone) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", phone));
    }

    /** What axe finds wrong on the page, as it is shown now. */
    @SuppressWarnings("unchecked")
    List<String> accessibility() {
        if (!Boolean.TRUE.equals(run("return 'axe' in window"))) {
            run(AXE);
        }
        return (List<String>) driver.executeAsyncScript("const done = arguments[0];"
                + "axe.run(document, {resultTypes: ['violations'], preload: false}).then("
                + "result => done(result.violations.map(each => each.id + ' ' + each.nodes.map(node => node.html).join(' '))),"
                + "error => done([String(error)]))");
    }

    /** What stands on the console since the last call. */
    List<String> console() {
        List<String> lines = new ArrayList<>();
        for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
            lines.add(entry.getMessage());
        }
        return lines;
    }

    byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
