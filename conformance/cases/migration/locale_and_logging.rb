# run: migrate
class LocaleAndLogging < ActiveRecord::Migration[8.1]
  def up
    say [I18n.locale, I18n.default_locale, I18n.with_locale(:en) { I18n.locale }, I18n.with_locale(nil) { 1 }].inspect
    I18n.locale = "en"
    say I18n.locale.inspect
    say I18n.l(Time.utc(2024, 1, 2, 3, 4, 5), format: "%d %b %Y %H:%M")
    say I18n.localize(Date.new(2024, 1, 2), format: "%A %-d. %B")
    say I18n.transliterate("Ærøskøbing")

    logger = ActiveSupport::TaggedLogging.new(Logger.new($stdout))
    logger.info "plain"
    logger.tagged("A", nil, ["B", " "]) do
      logger.info "x"
      logger.tagged("C") { |inner| inner.warn { "block" } }
      logger.debug :symbol
    end
    logger.tagged("D").error "y"
    logger.tagged("E").tagged("F").fatal "z"
    say logger.push_tags("G", ["H"]).inspect
    logger.unknown "pushed"
    say logger.pop_tags(1).inspect
    logger.info "popped"
    logger.clear_tags!
    logger.level = Logger::ERROR
    logger.tagged("I") { logger.info "not written" }
    say logger.tagged("J") { 7 }.inspect
    begin
      logger.tagged("K") { raise "no" }
    rescue RuntimeError
      logger.error "no tag is left"
    end
  end
end
