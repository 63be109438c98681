# run: migrate
class Stock < ActiveRecord::Base
  belongs_to :shop
  has_many :moves, foreign_key: [:shop_id, :item], primary_key: [:shop_id, :item]
end

class Move < ActiveRecord::Base
  self.primary_key = nil
end

class Shop < ActiveRecord::Base
end

class CompositeWriting < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:shops) { |t| t.string :name }
    create_table :stocks, primary_key: [:shop_id, :item] do |t|
      t.bigint :shop_id
      t.string :item, limit: 20
      t.integer :amount, default: 0
      t.timestamps null: true
    end
    create_table(:moves, id: false) { |t| t.bigint :shop_id; t.string :item, limit: 20; t.integer :n }
    Shop.insert_all([{ id: 1, name: "a" }, { id: 2, name: "b" }])
    Stock.record_timestamps = false
    inserting
    upserting
    updating
    deleting
  end

  private

  def attempt
    say yield.inspect
  rescue => e
    say "#{e.class}: #{e.message.lines.first}"
  end

  def inserting
    say Stock.insert_all([{ shop_id: 1, item: "nut", amount: 1 }, { shop_id: 1, item: "bolt", amount: 2 }]).rows.inspect
    say Stock.insert({ shop_id: 2, item: "nut" }).rows.inspect
    say Stock.insert({ shop_id: 2, item: "nut" }).rows.inspect
    attempt { Stock.insert!({ shop_id: 2, item: "nut" }); true } unless Stock.connection.adapter_name == "PostgreSQL"
    attempt { Stock.insert_all([{ shop_id: 2, item: "gear" }], returning: %w[item amount]).rows }
    attempt { Stock.insert_all([{ shop_id: 2, item: "cog" }], returning: false).rows }
    attempt { Stock.insert_all([{ shop_id: 2, item: "cog" }], unique_by: [:shop_id, :item]).rows }
    attempt { Stock.insert_all([{ shop_id: 2, item: "cog" }], unique_by: [:item, :shop_id]).rows }
    attempt { Stock.insert_all([{ shop_id: 2, item: "cog" }], unique_by: :item).rows }
  end

  def upserting
    Stock.upsert_all([{ shop_id: 1, item: "nut", amount: 5 }, { shop_id: 3, item: "nut", amount: 6 }])
    Stock.upsert({ shop_id: 1, item: "nut", amount: 7 })
    Stock.upsert({ shop_id: 1, item: "nut" })
    attempt { Stock.upsert({ shop_id: 1, item: "nut", amount: 8 }, unique_by: [:shop_id, :item]).rows }
    Stock.upsert_all([{ shop_id: 1, item: "bolt", amount: 9 }], update_only: :amount)
    Stock.upsert_all([{ shop_id: 1, item: "bolt", amount: 1 }], on_duplicate: Arel.sql("amount = 10"))
    Stock.upsert({ shop_id: 1, item: "bolt", amount: 11 }, record_timestamps: true)
    Stock.where(shop_id: 3).upsert_all([{ item: "nut", amount: 12 }])
    say Stock.order(:shop_id, :item).pluck(:shop_id, :item, :amount).inspect
  end

  def updating
    say Stock.update_all(amount: 1).inspect
    say Stock.where(shop_id: 1).update_all("amount = amount + 1").inspect
    say Stock.order(:shop_id, :item).limit(2).update_all(amount: 3).inspect
    say Stock.joins(:shop).update_all(amount: 4).inspect
    say Stock.joins(:shop).where(shops: { name: "a" }).update_all("amount = 5").inspect
    attempt { Stock.joins(:shop).order(:item).limit(1).update_all(amount: 6) }
    attempt { Stock.order(:shop_id, :item).offset(1).limit(1).update_all(amount: 7) }
    say Stock.left_outer_joins(:shop).where(shops: { id: nil }).update_all(amount: 8).inspect
    say Stock.includes(:shop).where(shops: { name: "b" }).references(:shops).update_all(amount: 9).inspect
    Stock.where(shop_id: 1).touch_all(time: Time.utc(2024, 1, 1))
    Stock.where(shop_id: 1).update_counters(amount: 2)
    say Stock.order(:shop_id, :item).pluck(:amount).inspect
  end

  def deleting
    say Stock.order(:shop_id, :item).limit(1).delete_all.inspect
    say Stock.joins(:shop).where(shops: { name: "b" }).delete_all.inspect
    attempt { Stock.joins(:shop).limit(1).delete_all }
    attempt { Stock.order(:item).offset(1).limit(1).delete_all }
    say Stock.where([:shop_id, :item] => [[3, "nut"], [1, "nut"]]).delete_all.inspect
    say Stock.delete_all.inspect
  end
end
