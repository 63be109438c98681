class HelpersAndConstants < ActiveRecord::Migration[8.1]
  TABLES = %i[a b].freeze

  def change
    TABLES.each { |name| make(name) }
  end

  private
    def make(name)
      create_table(name) { |t| common(t) }
    end

    def common(t)
      t.string :x
      t.timestamps
    end
end
