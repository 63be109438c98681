/*M!999999\- enable the sandbox mode */ 
-- Every form in which the mysql client cuts a script.
# Another kind; of comment
/*!40101 SET @saved_charset = @@character_set_client */;
/*!50503 SET NAMES utf8mb4 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;

DROP TABLE IF EXISTS `children`;
CREATE TABLE `children` (
  `id` bigint NOT NULL AUTO_INCREMENT, -- not the end;
  `parent_id` bigint DEFAULT NULL,
  `odd;name` varchar(255) DEFAULT 'a;b', # nor this;
  `quoted` varchar(255) DEFAULT 'it''s \'quoted\'; \\',
  `double` varchar(255) DEFAULT "d;\"e",
  PRIMARY KEY (`id`),
  KEY `by_parent` (`parent_id`),
  CONSTRAINT `fk_parent` FOREIGN KEY (`parent_id`) REFERENCES `parents` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='a; -- b /* c */';
CREATE TABLE `parents` (`id` bigint NOT NULL AUTO_INCREMENT, `name` varchar(20), `note` text, PRIMARY KEY (`id`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4; CREATE TABLE `same_line` (`id` int);

/* A comment;
   over lines; */
INSERT INTO `parents` (`name`) VALUES ('a;'),('b\'s'),('ünï;'),(NULL);

DELIMITER ;;
/*!50003 CREATE*/ /*!50003 TRIGGER `noted` BEFORE INSERT ON `parents` FOR EACH ROW BEGIN
  SET NEW.note = 'seen;';
  IF NEW.name IS NULL THEN SET NEW.name = 'none'; END IF;
END */;;
DELIMITER ;

/*!50001 CREATE VIEW `shown` AS SELECT 1 AS `id`, ';' AS `text` */;

DELIMITER $$
CREATE PROCEDURE `counted`(IN given INT)
BEGIN
  DECLARE total INT DEFAULT 0;
  SELECT COUNT(*) INTO total FROM `parents` WHERE `id` > given;
  SELECT total;
END $$
CREATE FUNCTION `doubled`(given INT) RETURNS INT DETERMINISTIC
  RETURN given * 2 $$
INSERT INTO `parents` (`name`) VALUES ('first'); INSERT INTO `parents` (`name`) VALUES ('second') $$
delimiter ;
SET @old_mode = @@sql_mode;
SET sql_mode = 'NO_BACKSLASH_ESCAPES';
INSERT INTO `parents` (`name`) VALUES ('back\');
SET sql_mode = @old_mode;
INSERT INTO `parents` (`name`) VALUES ('again\'s;') \g
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
INSERT INTO `parents` (`name`) VALUES
('last')
