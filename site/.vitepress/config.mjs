// The Markdown of the tree is the source; nothing is written twice. site/build runs this.
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { withMermaid } from 'vitepress-plugin-mermaid'

const root = new URL('../../', import.meta.url).pathname
const pom = readFileSync(join(root, 'pom.xml'), 'utf8')
const home = pom.match(/<project\.home>(.*)<\/project\.home>/)[1]
const version = pom.match(/<version>(.*)<\/version>/)[1]
const base = process.env.SITE_BASE ?? '/'

/** A link to a file of the tree that is no page leads to the repository. */
function linksToSources(markdown) {
  const open = markdown.renderer.rules.link_open ?? ((tokens, at, options, env, self) => self.renderToken(tokens, at, options))
  markdown.renderer.rules.link_open = (tokens, at, options, env, self) => {
    const href = tokens[at].attrGet('href')
    if (href && !/^([a-z]+:|#|\/)/.test(href) && !/\.(md|html)(#|$)/.test(href)) {
      const page = env.relativePath === 'index.md' ? 'README.md' : env.relativePath
      tokens[at].attrSet('href', `${home}/blob/main/${normalize(join(dirname(page), href))}`)
    }
    return open(tokens, at, options, env, self)
  }
}

const page = (text, link) => ({ text, link })

export default withMermaid({
  title: 'Resque for Java',
  description: 'Background jobs over Redis, on the same queues as Ruby Resque, php-resque and node-resque',
  lang: 'en',
  base,
  srcDir: './target/pages',
  outDir: './target/dist',
  cacheDir: './target/cache',
  rewrites: {
    'README.md': 'index.md',
    'docs/README.md': 'docs/index.md',
    'docs/compatibility/README.md': 'docs/compatibility/index.md',
  },
  cleanUrls: false,
  markdown: { config: linksToSources },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [page('Documentation', '/docs/'), page('Wire format', '/spec/wire-format'), { text: 'Javadoc', link: '/javadoc/', target: '_self' }, page(version, '/CHANGELOG')],
    sidebar: [
      { text: 'Begin', items: [page('What it is', '/'), page('A tour', '/docs/tour'), page('Coming from …', '/docs/coming-from'), page('Versions', '/docs/versions')] },
      {
        text: 'Tasks',
        items: [
          page('Delay a job', '/docs/delayed-jobs'),
          page('Run by a calendar', '/docs/recurring-jobs'),
          page('Retry', '/docs/retry'),
          page('Run once', '/docs/unique-jobs'),
          page('Limit', '/docs/limits'),
          page('Type the arguments', '/docs/typed-jobs'),
          page('Watch and mend', '/docs/web'),
          page('Spring Boot', '/docs/spring-boot'),
          page('Guice and CDI', '/docs/dependency-injection'),
          page("Rails' ActiveJob", '/docs/activejob'),
          page('Meters', '/docs/metrics'),
          page('Traces', '/docs/tracing'),
          page('Failures from code', '/docs/failures-and-inspector'),
          page('Hear of each job', '/docs/events'),
          page('A process for each job', '/docs/child-processes'),
          page('Deploy and operate', '/docs/operations'),
          page('Stop without losing a job', '/docs/how-a-jvm-ends'),
          page('Configure', '/docs/configuration'),
        ],
      },
      {
        text: 'Reference',
        items: [
          page('Guarantees', '/docs/guarantees'),
          page('The way of a job', '/docs/way-of-a-job'),
          page('Wire format', '/spec/wire-format'),
          page('Variables', '/docs/environment'),
          page('Features with their tests', '/docs/parity'),
          page('Neighbours', '/docs/neighbours'),
          page('Speed', '/docs/performance'),
          page('History', '/docs/history'),
          page('Your own adapter', '/docs/write-an-adapter'),
          page('Security', '/SECURITY'),
          page('Changes', '/CHANGELOG'),
        ],
      },
    ],
    socialLinks: [{ icon: 'github', link: home }],
  },
})
